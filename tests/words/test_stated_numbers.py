"""Every number in a text is filled in, checked on fresh seeds, or known to be no result of a run."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from stated import results_in

from bnviz.text.catalogue import catalogue
from bnviz.words import CHECKS

STATED = tomllib.loads(Path(__file__).with_name("stated_numbers.toml").read_text(encoding="utf-8"))
KINDS = ("definition", "setting", "question", "exact", "published", "recorded")


def quotes() -> dict[str, list[str]]:
    """Return what the checks quote, by key."""
    found: dict[str, list[str]] = defaultdict(list)
    for check in CHECKS.values():
        for sentence in check.sentences:
            found[sentence.key].append(sentence.quote)
    return found


def test_no_text_says_a_result_that_nothing_holds() -> None:
    known = {key: set(words) for kind in KINDS for key, words in STATED[kind].items()}
    quoted, below = quotes(), tuple(STATED["below"])
    wrong = {
        key: sorted(found)
        for key, text in catalogue().items()
        if not key.startswith(below) and (found := set(results_in(text, quoted.get(key, ()))) - known.get(key, set()))
    }
    assert not wrong, (
        "fill the number from a recording, give the sentence a check in bnviz/words, "
        "or say in stated_numbers.toml why it is no result of a run"
    )


def test_each_text_is_known_for_one_reason() -> None:
    assert set(STATED) == {"below", *KINDS}
    keys = [key for kind in KINDS for key in STATED[kind]]
    assert len(keys) == len(set(keys))
    assert all(any(key.startswith(start) for key in catalogue()) for start in STATED["below"])


@pytest.mark.parametrize(
    "sentence",
    [
        "With BN it reaches 94 %.",
        "They are within two points of each other.",
        "It is 19 times larger.",
        "In every seed, BN is ahead.",
        "The loss rises to **6.26**.",
        "It stays at chance.",
        "Its spread is about a tenth.",
        "BN learns in 40 of 48 cells.",
    ],
)
def test_a_result_is_found(sentence: str) -> None:
    assert results_in(sentence)
    assert not results_in(sentence, [sentence])


@pytest.mark.parametrize(
    "sentence",
    [
        "Inputs have $\\mu = 0.3$ and variance 1.",
        "VGG11 has 8 convolutions (Ioffe & Szegedy 2015, section 3.2).",
        "SGD with rate 0.1, momentum 0.9, 300 steps with batch size 60.",
        "At step {step} it is at {accuracy} %.",
        "Figure 1 has 3 layers of 100 units.",
    ],
)
def test_names_settings_and_placeholders_are_no_results(sentence: str) -> None:
    assert not results_in(sentence)
