"""The words of the app in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from bnviz.figures.words import catalogue, say

LANGUAGE = "en"


def t(key: str, **values: object) -> str:
    """Return the sentence of a key, its ``{places}`` filled; an unknown key raises KeyError."""
    return say(key, LANGUAGE, **values)


def has(key: str) -> bool:
    """Tell whether there is a sentence for this key."""
    return key in catalogue(LANGUAGE)


def branch(*prefixes: str) -> Mapping[str, str]:
    """Return the sentences under some prefixes, keys in full: what the live view gets."""
    return {key: text for key, text in catalogue(LANGUAGE).items() if key.split(".")[0] in prefixes}
