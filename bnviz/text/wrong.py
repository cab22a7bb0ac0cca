"""What the code says of wrong input, in the reader's language.

The messages of ``InputError`` are English, because the command line and other people's programs print them. The text
files have each sentence that a page may show (``wrong``) and the words that may stand in a place of it
(``wrong_part.<place>``), in both languages: a message is found by its English form and said in the other.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bnviz.text.catalogue import catalogue

_PLACE = re.compile(r"\{(\w+)\}")
_OF_WORDS = ("accepted", "expected", "found", "reason")
"""Places that hold words of ours; all others hold what was typed, or what a file is called and has in it."""
LONGEST = 600
"""Longest message that is looked for; no page shows as much. Of the name of a file, which a visitor chooses, a pattern
tries every part where it repeats the words of a sentence."""
_Rule = tuple[re.Pattern[str], str]


def wrong_words(message: str, lang: str) -> str:
    """Return the message of an ``InputError`` in a language; as it is where that has no words for it or it is long."""
    return message if lang == "en" or len(message) > LONGEST else _said(message, "wrong", lang)


def _said(message: str, kind: str, lang: str) -> str:
    for pattern, sentence in _rules(kind, lang):
        if found := pattern.fullmatch(message):
            return sentence.format(**{name: _part(name, text, lang) for name, text in found.groupdict().items()})
    return message


def _part(place: str, text: str, lang: str) -> str:
    """Return what stands in a place; a reason may be the sentence of another error."""
    if place not in _OF_WORDS:
        return text
    said = _said(text, f"wrong_part.{place}", lang)
    return _said(text, "wrong", lang) if place == "reason" and said == text else said


@lru_cache(maxsize=16)
def _rules(kind: str, lang: str) -> tuple[_Rule, ...]:
    """Return the sentences of a language by the pattern of their English form; those with the most words first.

    A sentence that ends with the reason, which may be another sentence of these, comes before them all.
    """
    english, ours = catalogue("en"), catalogue(lang)
    keys = [key for key in english if key.startswith(f"{kind}.")]
    keys.sort(key=lambda key: ("{reason}" in english[key], len(_PLACE.sub("", english[key]))), reverse=True)
    return tuple((_pattern(english[key]), ours[key]) for key in keys)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = _PLACE.split(sentence)  # text, name, text, name, ... text
    quoted = [f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)]
    return re.compile("".join(quoted), re.DOTALL)
