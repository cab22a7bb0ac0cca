"""Every page at addresses of strangers: a few thousand queries where addresses are read, one for each whole page.

What the browser makes of the worst of them is looked at in tests/browser/test_hostile_address_in_browser.py.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opened_app import ROOT, Open
from whole import WHOLE

from bnviz.chapters.survival import request
from bnviz.chapters.transform.batches import batch_from_text
from bnviz.config import FIELDS, PRESETS, InputError, Numbers, from_query, to_query
from bnviz.config.numbers import count_of, is_other_number
from bnviz.lab import settings
from bnviz.text.plain import LONGEST, LONGEST_SENTENCE, plain, plain_sentence

SEED, QUERIES = 14, 4000 if WHOLE else 800
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
NAMES = sorted(
    {
        name
        for path in (*(ROOT / "bnviz").rglob("*.py"), *(ROOT / "pages").glob("*.py"))
        if path.parts[-2] not in ("cli", "bench")
        for name in re.findall(
            r'(?:key=|param\(|choose\([a-z\[\]0-9]+, |slider\([a-z\[\]0-9]+, )"([a-z]\w*)"', path.read_text("utf-8")
        )
    }
    | {"preset", "scene", "arms", "run", "panel", "step", "layer", "unit", "tour", "at", "x", "affine", *FIELDS}
    | {f"map_{name}" for name in ("net", "data", "arms", "seeds", "steps", "x", "y")}
)
"""Parameters that some page reads."""
MARKED = (
    "![i](http://evil.example/i.png)",
    "[Log in again](http://evil.example)",
    "<img src=http://evil.example/i.png onerror=alert(1)>",
    "http://evil.example www.evil.example me@evil.example",
    ":material/home: :red[evil.example] $evil.example$ `evil.example`",
)
RENDERED = re.compile(r"\]\(http\S*evil|(?<!\\)<img|http://evil|www\.evil|@evil|(?<!\\)[\[$`]evil|:material/home")
IN_HTML = re.compile(r"<[^>]*evil")
"""What Markdown or HTML would make a link, a picture, an icon or code of."""
ODD = (
    *("", " ", "1_2", "１２", "inf", "nan", "-0", "1e999", "9" * 5000, "none", "true", "all"),
    *("\x00", "\u202eevil", "🂡", "None", "[]", "{}", "..", "/"),
)

ODD_NAMES = (
    "",
    " ",
    "$$ID-a",
    "$$WIDGET_ID-a",
    "$$STREAMLIT_INTERNAL_KEY_a",
    "__class__",
    "bnviz.address_note",
    *MARKED,
)
"""Names that no page reads: none at all, those that Streamlit keeps for itself, and marks."""


def wrong_value(draw: random.Random) -> str:
    """Return a value that strangers might write: marks, odd numbers, right words in the wrong place, or noise."""
    kind = draw.randrange(6)
    if kind == 0:
        return draw.choice(MARKED)
    if kind == 1:
        return draw.choice(ODD)
    if kind == 2:
        return draw.choice([*PRESETS, *FIELDS, "norm:none,batch", "lr:0.1,1_0", "lr=0.1:1:4", "1,2_3,4", "1.3.8"])
    if kind == 3:
        return f"{draw.uniform(-10, 10):.3g}"
    if kind == 4:
        return ",:_/=.".join(draw.choice([*ODD, *MARKED]) for _ in range(draw.randrange(1, 5)))
    return "".join(chr(draw.choice((draw.randrange(128), draw.randrange(0x3000)))) for _ in range(draw.randrange(200)))


def queries() -> Iterator[dict[str, str]]:
    draw = random.Random(SEED)
    for _ in range(QUERIES):
        yield {name: wrong_value(draw) for name in draw.sample(NAMES, draw.randrange(1, 6))}


def test_there_are_names_of_all_pages() -> None:
    assert len(NAMES) > 90
    assert {"patient", "dims", "net_seed", "variant", "pitfall", "conv_net", "samples", "lr"} <= set(NAMES)


def test_whoever_reads_an_address_gives_a_value_or_one_short_sentence() -> None:
    """Nothing else is raised, and no sentence quotes more than 80 characters or a mark that Markdown would render."""
    sentences = []
    for query in queries():
        experiment, error = settings.experiment_from_query(query)
        assert from_query(to_query(experiment)) == experiment
        found = [error, request.from_query(query)[1]]
        for text in query.values():
            assert (count_of(text) or 0) < 10**9
            is_other_number(text)
            for read in (
                lambda text=text: batch_from_text(text, (2, 2)),
                lambda text=text: Numbers("all").parse("x", text),
            ):
                try:
                    read()
                except InputError as wrong:
                    found.append(str(wrong))
        sentences += [sentence for sentence in found if sentence]
    assert len(sentences) > QUERIES
    for sentence in set(sentences):
        assert len(sentence) < LONGEST_SENTENCE + LONGEST
        assert sentence.isprintable(), sentence
        assert RENDERED.search(plain_sentence(sentence)) is None, sentence


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_was_typed_as_plain_text(
    open_page: Open, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BNVIZ_DATA_DIR", str(tmp_path))
    draw = random.Random(SEED)
    query = {name: draw.choice(MARKED) for name in NAMES if name not in ("explore", "lang", "run", "dataset")}
    query |= dict.fromkeys(ODD_NAMES, "1")
    app = open_page(page=page, **query, dataset=MARKED[0] + "x" * 300)
    assert not app.exception
    shown = list(texts(app._tree))
    assert len(shown) > 2
    assert [text for kind, text in shown if (IN_HTML if kind == "html" else RENDERED).search(text)] == []
    if page == "lab":
        told = [each.value for each in app.warning]
        assert any(plain("evil.example") in each for each in told)


def texts(node: Any) -> Iterator[tuple[str, str]]:
    """Yield what is rendered as Markdown or HTML in a tree, with its element's kind; values are plain to Streamlit."""
    for child in getattr(node, "children", {}).values():
        yield from texts(child)
    proto = getattr(node, "proto", None)
    kind = str(getattr(node, "type", ""))
    for name in ("body", "label", "help", "caption", "text", "message", "value"):
        text = getattr(proto, name, None)
        is_value = name == "value" and kind in ("text_input", "text_area", "selectbox")
        if isinstance(text, str) and text and kind != "code" and not is_value:
            yield kind, text
