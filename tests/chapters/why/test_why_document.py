"""docs/why.md says what the recording says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bnviz.chapters.why.document import DOC, filled, origin, results
from bnviz.chapters.why.recipes import FILE, read_parts


@pytest.mark.parametrize(("name", "part"), [("origin", origin), ("results", results)])
def test_its_measured_parts_are_those_of_the_recording(name: str, part: str) -> None:
    text = Path(DOC).read_text(encoding="utf-8")
    assert filled(text, name, "\n".join(part(read_parts(FILE)))) == text


def test_a_part_without_a_place_is_told() -> None:
    with pytest.raises(ValueError, match="no place for 'results'"):
        filled("no markers", "results", "part")
