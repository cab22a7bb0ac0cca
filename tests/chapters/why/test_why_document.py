"""docs/why.md says what the recording says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bnviz.chapters.why.document import DOC, PICTURE, filled, origin, phases, results
from bnviz.chapters.why.findings import DRIFT, SHIFT, findings
from bnviz.chapters.why.ratio_svg import picture
from bnviz.chapters.why.recipes import FILE, read_parts
from bnviz.chapters.why.study import ShiftStudy
from bnviz.chapters.why.walk_recipe import recorded_walks


@pytest.mark.parametrize(("name", "part"), [("origin", origin), ("phases", phases), ("results", results)])
def test_its_measured_parts_are_those_of_the_recording(name: str, part: str) -> None:
    text = Path(DOC).read_text(encoding="utf-8")
    assert filled(text, name, "\n".join(part(read_parts(FILE)))) == text


def test_its_picture_is_that_of_the_recording() -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture(read_parts(FILE).studies["figure1"])


def test_what_the_page_says_in_words_is_what_the_rule_says() -> None:
    """The sentences under the picture, by quantity: before, after, at equal loss."""
    said = {
        "l2": ("higher", "open", "open"),
        "relative": ("higher", "higher", "lower"),
        "jump": ("lower", "lower", "lower"),
        "batch_jump": ("higher", "higher", "higher"),
        "drift": ("lower", "open", "open"),
    }
    assert _directions(recorded_walks().studies["relu"], "l2")[:2] == ("lower", "open")
    study = read_parts(FILE).studies["figure1"]
    for quantity, directions in said.items():
        assert _directions(study, quantity) == directions


def _directions(study: ShiftStudy, quantity: str) -> tuple[str, ...]:
    asked = tuple(q for q in (*SHIFT, *DRIFT) if q.quantity == quantity)
    return tuple(each.direction for each in findings(study, asked))


def test_a_part_without_a_place_is_told() -> None:
    with pytest.raises(ValueError, match="no place for 'results'"):
        filled("no markers", "results", "part")
