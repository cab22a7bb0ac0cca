"""What the code says of wrong input, in the reader's language.

The messages of ``InputError`` are English, because the command line and other people's programs print them. The text
files have each sentence that a page may show (``wrong``) and what may stand in its places (``wrong_part``), in both
languages: a message is found by its English form and said in the other.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bnviz.text.catalogue import catalogue

_PLACE = re.compile(r"\{(\w+)\}")
_Rule = tuple[re.Pattern[str], str]


def wrong_words(message: str, lang: str) -> str:
    """Return the message of an ``InputError`` in a language; as it is where that language has no words for it."""
    return _said(message, "wrong", lang)


def _said(message: str, kind: str, lang: str) -> str:
    if lang == "en":
        return message
    for pattern, sentence in _rules(kind, lang):
        if found := pattern.fullmatch(message):
            places = {name: _said(text, "wrong_part", lang) for name, text in found.groupdict().items()}
            return sentence.format(**places)
    return message


@lru_cache(maxsize=8)
def _rules(kind: str, lang: str) -> tuple[_Rule, ...]:
    """Return the sentences of a language by the pattern of their English form; those with the most words first."""
    english, ours = catalogue("en"), catalogue(lang)
    keys = [key for key in english if key.startswith(f"{kind}.")]
    keys.sort(key=lambda key: len(_PLACE.sub("", english[key])), reverse=True)
    return tuple((_pattern(english[key]), ours[key]) for key in keys)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = _PLACE.split(sentence)  # text, name, text, name, ... text
    quoted = [f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)]
    return re.compile("".join(quoted), re.DOTALL)
