"""What the diagnosis says has the same keys and places in English and in Chinese."""

from __future__ import annotations

import re

import pytest

from bnviz.diagnosis.finding import CODES
from bnviz.text.catalogue import catalogue


@pytest.mark.parametrize("part", ["diagnosis", "reports"])
def test_both_languages_have_the_same_keys_and_places(part: str) -> None:
    english, chinese = (
        {key: text for key, text in catalogue(language).items() if key.split(".")[0] == part}
        for language in ("en", "zh")
    )
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", chinese[key])), key


def test_every_fault_has_its_words() -> None:
    words = catalogue()
    for code in CODES:
        assert all(f"diagnosis.codes.{code}.{part}" in words for part in ("name", "title", "why", "cure"))


def test_words_for_checkpoints_belong_to_a_fault() -> None:
    variants = {"checkpoint", "tensors", "against", "absent"}
    keys = [key.split(".") for key in catalogue() if key.split(".")[:1] == ["diagnosis"]]
    named = [key for key in keys if key[1] in variants]
    assert len(named) > 12
    assert {key[2] for key in named} <= set(CODES)
