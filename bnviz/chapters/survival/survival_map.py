"""The survival map: what the seeds of every place came to, and what one arm has over another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bnviz.chapters.survival.results import SurvivalMap


def majority(outcomes: Sequence[str], order: Sequence[str]) -> tuple[str, int]:
    """Return the most frequent outcome and its count; of equally frequent ones, the last of ``order``."""
    counts = Counter(outcomes)
    outcome = max(counts, key=lambda each: (counts[each], order.index(each)))
    return outcome, counts[outcome]


@dataclass(frozen=True, slots=True)
class MapComparison:
    """Two arms over the places where both are known.

    Attributes:
        places: how many those are.
        first: places where the first arm lives.
        second: places where the second lives.
        both: where both live.
        neither: where both are dead.
        saved: where the second alone lives.
        lost: where the first alone lives.
        lower: where both live and the second's mean accuracy is lower.
        shaky: where the seeds of an arm do not agree.
    """

    places: int
    first: int
    second: int
    both: int
    neither: int
    saved: int
    lost: int
    lower: int
    shaky: int

    @property
    def unhelped(self) -> int:
        """Return places where the second arm brings nothing: dead too, dead alone, or alive with less."""
        return self.neither + self.lost + self.lower

    @property
    def verdict(self) -> str:
        """Return "all", "more", "same" or "fewer": at how many places the second arm lives."""
        if self.places and self.second == self.places:
            return "all"
        if self.second == self.first:
            return "same"
        return "more" if self.second > self.first else "fewer"


def compare_arms(found: SurvivalMap, first: int, second: int) -> MapComparison:
    """Count places where arms live, by the majority of seeds.

    Args:
        found: the map.
        first: index of the arm that is the reference.
        second: index of the other.
    """
    rows, columns = range(len(found.ys)), range(len(found.xs))
    pairs = [
        (one, other)
        for row in rows
        for column in columns
        if (one := found.at(first, row, column)) is not None and (other := found.at(second, row, column)) is not None
    ]
    lives = Counter((one.alive, other.alive) for one, other in pairs)
    both = [(one, other) for one, other in pairs if one.alive and other.alive]
    return MapComparison(
        places=len(pairs),
        first=lives[True, True] + lives[True, False],
        second=lives[True, True] + lives[False, True],
        both=lives[True, True],
        neither=lives[False, False],
        saved=lives[False, True],
        lost=lives[True, False],
        lower=sum(other.accuracy < one.accuracy for one, other in both),
        shaky=sum(one.agree < one.done or other.agree < other.done for one, other in pairs),
    )
