"""One Chinese term per concept, in all Chinese texts of the app."""

from __future__ import annotations

import re
import tomllib

import pytest

from bnviz.text.catalogue import TEXT, catalogue

TERMS = tomllib.loads((TEXT / "glossary.toml").read_text(encoding="utf-8"))["term"]


@pytest.mark.parametrize("term", TERMS, ids=[term["en"] for term in TERMS])
def test_a_concept_has_one_chinese_term(term: dict[str, str | list[str]]) -> None:
    texts = catalogue("zh")
    assert any(str(term["zh"]) in text for text in texts.values()), "no text uses the term"
    wrong = {
        f"{key}: {found[0]}"
        for pattern in term["not"]
        for key, text in texts.items()
        if (found := re.search(pattern, text))
    }
    assert not wrong, f"say {term['zh']}"


def test_no_term_is_forbidden_by_another() -> None:
    clashes = {
        (one["zh"], pattern)
        for one in TERMS
        for other in TERMS
        for pattern in other["not"]
        if re.search(pattern, one["zh"])
    }
    assert clashes == set()
