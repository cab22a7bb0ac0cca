"""Bold type in Chinese: two asterisks beside punctuation and a letter would be shown as they are (CommonMark 6.2)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEXTS = sorted((Path(__file__).parents[2] / "assets" / "text" / "zh").glob("*.toml"))


def unclosed(line: str) -> list[str]:
    """Return the places where asterisks would neither open nor close; what is filled in counts as letters."""
    line = re.sub(r"\{\w+\}", lambda found: "x" * len(found[0]), line)
    places = []
    for number, mark in enumerate(re.finditer(r"\*\*", line)):
        sides = line[: mark.start()][-1:], line[mark.end() :][:1]
        inner, outer = sides if number % 2 else sides[::-1]
        if re.match(r"[^\w\s]", inner) and re.match(r"\w", outer):
            places.append(line[max(0, mark.start() - 12) : mark.end() + 12])
    return places


def test_bold_type_that_ends_in_a_full_stop_before_a_letter_is_found() -> None:
    assert unclosed("**对。**一个") == ["**对。**一个"]
    assert unclosed("**对**。一个**字**。") == []
    assert unclosed("某**“字”**") == ["某**“字”**"]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_bold_type_opens_and_closes(path: Path) -> None:
    assert [place for line in path.read_text(encoding="utf-8").splitlines() for place in unclosed(line)] == []
