"""What the code says of wrong input is said in the reader's language, wherever a visitor can meet it."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bnviz.chapters.survival import request
from bnviz.chapters.transform.batches import batch_from_text
from bnviz.config import FIELDS, InputError, parse_field, preset
from bnviz.lab import settings
from bnviz.text.plain import plain_sentence
from bnviz.text.wrong import wrong_words

ROOT = Path(__file__).resolve().parents[2]
SAID_TO_VISITORS = (
    *("config/bounds", "config/experiment", "config/numbers", "config/presets", "config/run_config"),
    *("chapters/survival/request", "chapters/survival/sweep_queue", "chapters/transform/batches", "sweeps/grid"),
)
"""Files whose messages an address or a control brings to the screen."""
CJK = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"(?:[A-Za-z]+ ){3}")


def raised(name: str) -> Iterator[str]:
    """Yield the messages of a file, with a word in each place."""
    for node in ast.walk(ast.parse((ROOT / "bnviz" / f"{name}.py").read_text("utf-8"))):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "InputError":
            continue
        (message,) = node.args
        parts = message.values if isinstance(message, ast.JoinedStr) else [message]
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "it" for part in parts)


@pytest.mark.parametrize("name", SAID_TO_VISITORS)
def test_every_message_that_a_visitor_can_cause_has_words_in_chinese(name: str) -> None:
    messages = list(raised(name))
    assert messages
    assert [each for each in messages if not CJK.search(wrong_words(each, "zh"))] == []


def of_addresses() -> Iterator[str]:
    """Yield what is said of wrong addresses: every field at odd values, maps and batches."""
    draw = random.Random(14)
    odd = ("banana", "-1", "1e9", "1_2", "", "none", "2.5", "all", "3.1", "a b c d e", "true or false")
    for name in (*FIELDS, "preset", "arms"):
        for value in (*odd, *(f"{name}:{draw.choice(odd)},{draw.choice(odd)}" for _ in range(2))):
            yield settings.experiment_from_query({name: value})[1] or ""
    for name in ("net", "data", "arms", "seeds", "steps", "x", "y"):
        for value in (*odd, "lr=1:2:99", "lr=2:1:5", "lr=1:2:x", "norm=1,2"):
            yield request.from_query({f"map_{name}": value})[1] or ""
    for text in ("", "1,2", "1,x_3,4", "1,2_3,99999999", "1" * 5000):
        with pytest.raises(InputError) as wrong:
            batch_from_text(text, (2, 2))
        yield str(wrong.value)


def test_what_is_said_of_a_wrong_address_has_no_english_but_what_was_typed_and_is_accepted() -> None:
    said = {message: wrong_words(message, "zh") for message in of_addresses() if message}
    assert len(said) > 150
    quoted = re.compile(r"'[^']*'")
    left = {each for each in said.values() if not CJK.search(each) or LATIN.search(quoted.sub("", each))}
    assert left == set()


def test_a_message_keeps_its_values_and_names() -> None:
    with pytest.raises(InputError) as wrong:
        parse_field("momentum", "2")
    assert wrong_words(str(wrong.value), "en") == str(wrong.value)
    assert wrong_words(str(wrong.value), "zh") == "momentum 必须是 0.0001 到 1 的数，或 none，收到的是 2"
    with pytest.raises(InputError) as wrong:
        preset("{name} a, got b")
    assert "'{name} a, got b'" in wrong_words(str(wrong.value), "zh")
    assert wrong_words("said by others", "zh") == "said by others"


def test_a_sentence_in_chinese_is_not_cut_as_if_it_were_one_word() -> None:
    with pytest.raises(InputError) as wrong:
        parse_field("norm_at", "x")
    assert "…" not in plain_sentence(wrong.value, "zh")
