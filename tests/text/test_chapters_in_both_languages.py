"""Two chapters whose words hold many numbers say the same in both languages."""

from __future__ import annotations

import re

import pytest

from bnviz.text.catalogue import catalogue


@pytest.mark.parametrize("chapter", ["saturation", "gradients"])
def test_both_languages_have_the_same_keys_places_and_numbers(chapter: str) -> None:
    english, chinese = (
        {key: text for key, text in catalogue(lang).items() if key.split(".")[0] == chapter} for lang in ("en", "zh")
    )
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        for pattern in (r"\{\w+\}", r"\d[\d.,]*\d|\d"):
            assert sorted(re.findall(pattern, text)) == sorted(re.findall(pattern, chinese[key])), key
