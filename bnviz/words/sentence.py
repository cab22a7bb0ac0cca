"""A measured sentence of the app, the limits within which it is true, and the run that measures it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Measured = dict[str, float]
"""Numbers measured from one seed, by name."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What a sentence says about one number.

    Attributes:
        name: of the number.
        low: the number is at least this.
        high: the number is at most this.
        of: "each": in every seed; "mean": on average over the seeds.
    """

    name: str
    low: float
    high: float
    of: str

    def holds(self, values: Sequence[float]) -> bool:
        """Return whether the numbers of all seeds are as the sentence says; a number that is missing is not."""
        if not values:
            return False
        shown = values if self.of == "each" else [sum(values) / len(values)]
        return all(self.low <= value <= self.high for value in shown)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words of the app that say what a training gave.

    Attributes:
        key: of the text.
        quote: the words, as they are in the English text.
        bounds: what they say about the numbers.
    """

    key: str
    quote: str
    bounds: tuple[Bound, ...]

    def holds(self, values: Mapping[str, Sequence[float]]) -> bool:
        """Return whether the words are true of the numbers of all seeds."""
        return all(bound.holds(values[bound.name]) for bound in self.bounds)


@dataclass(frozen=True, slots=True)
class Check:
    """A run, and the sentences that stand on it.

    Attributes:
        name: of the check.
        run: (seed, share of the updates that the sentences speak of) -> numbers; the share is 1 but in tests.
        sentences: what is said of the numbers.
    """

    name: str
    run: Callable[[int, float], Measured]
    sentences: tuple[Sentence, ...]


def each(name: str, low: float = -math.inf, high: float = math.inf) -> Bound:
    """Say that a number is between two limits in every seed."""
    return Bound(name, low, high, "each")


def mean(name: str, low: float = -math.inf, high: float = math.inf) -> Bound:
    """Say that the mean of a number over the seeds is between two limits."""
    return Bound(name, low, high, "mean")


def said(key: str, quote: str, *bounds: Bound) -> Sentence:
    """Return a sentence, by the key of its text and its words."""
    return Sentence(key, quote, bounds)
