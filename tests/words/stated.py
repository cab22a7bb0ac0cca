"""What in a sentence looks like the result of a run: a share, a factor, a difference, or a word about seeds."""

from __future__ import annotations

import re
from collections.abc import Iterable

FORMULAS = re.compile(r"\{[^}]*\}|\$[^$]+\$|`[^`]*`|\]\([^)]*\)")
NAMES = re.compile(
    r"\b(?:19|20)\d\d\b|arXiv[: ]?[\d.]+|\w+#\d+"
    r"|\b(?:Figures?|Algorithm|Theorem|[Ss]ections?|sec\.|[Pp]art|appendix|app\.|[Ss]eed|pitfall)"
    r" [A-Z]?\.?\d+(?:\.\d+)*"
    r"|\b[A-Za-z]+-?[A-Za-z]?\d+\w*(?:-[A-Za-z]+)?"
)
"""Numbers that are part of a name: a year, a paper, a section, VGG11, BN-x5."""

CUSTOMARY = re.compile(r"\b0?\.(?:0*1|0*5|99\d*|9)(?![\d.]*\d| ?%)")
"""Numbers that are settings wherever they stand: 0.1, 0.01, 0.5, 0.99 as rates, momenta and shares of dropout."""

_COUNT = r"(?:\d[\d.,]*\d|\d|half an?|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Tt]en|[Hh]undred|[Tt]housand)"
_UNIT = r"(?:%|percent(?:age points?)?\b|points?\b(?! around)|times\b|-?fold\b|nats\b|of \d)"
RESULTS = re.compile(
    rf"{_COUNT}[\s*]*{_UNIT}"
    r"|\b\d*\.\d+"
    r"|\b(?:each|every|all|any|no|one|most|two|three|four|five|same)(?: \w+)? seeds?\b"
    r"|\b(?:at|by) chance\b"
    r"|\babout (?:a|an|one) (?:tenth|quarter|fifth|third|half|thousand|hundred)\b|\bten thousand\b"
)


def results_in(text: str, quotes: Iterable[str] = ()) -> list[str]:
    """Return what looks like results in a sentence, apart from what is quoted by a check."""
    for quote in quotes:
        text = text.replace(quote, " ")
    for pattern in (FORMULAS, NAMES, CUSTOMARY):
        text = pattern.sub(" ", text)
    return [" ".join(found[0].split()) for found in RESULTS.finditer(text)]
