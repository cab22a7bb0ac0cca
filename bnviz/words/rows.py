"""What the checks found, one row per sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bnviz.words.checks import CHECKS
from bnviz.words.sentence import Bound, Measured


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence and what was measured.

    Attributes:
        check: name of the check.
        key: of the text.
        quote: the words.
        values: for each number that the words speak of, its limits and the value of each seed.
        holds: whether the words are true of all of them.
    """

    check: str
    key: str
    quote: str
    values: tuple[tuple[Bound, tuple[float, ...]], ...]
    holds: bool


def rows_of(found: Mapping[str, Sequence[Measured]]) -> list[Row]:
    """Return the rows of all sentences whose checks were run, in the order of the checks.

    Args:
        found: by check, the numbers of each seed.
    """
    rows = []
    for name, seeds in found.items():
        for sentence in CHECKS[name].sentences:
            values = tuple((bound, tuple(one[bound.name] for one in seeds)) for bound in sentence.bounds)
            holds = all(bound.holds(numbers) for bound, numbers in values)
            rows.append(Row(name, sentence.key, sentence.quote, values, holds))
    return rows
