"""The survival map: the majority of the seeds of a cell, and the comparison of two arms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bnviz.chapters.survival.results import SurvivalMap


def majority(outcomes: Sequence[str], order: Sequence[str]) -> tuple[str, int]:
    """Return the most frequent outcome and its count; ties take the one that is last in ``order``."""
    counts = Counter(outcomes)
    outcome = max(counts, key=lambda each: (counts[each], order.index(each)))
    return outcome, counts[outcome]


@dataclass(frozen=True, slots=True)
class MapComparison:
    """Two arms over the cells in which both have a result: numbers of cells.

    Attributes:
        cells: cells in which both arms have a result.
        first: cells in which the first arm trains.
        second: cells in which the second arm trains.
        both: cells in which both train.
        neither: cells in which both fail.
        saved: cells in which the second alone trains.
        lost: cells in which the first alone trains.
        lower: cells in which both train and the second has the lower mean accuracy.
        shaky: cells in which the seeds of an arm disagree.
    """

    cells: int
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
        """The number of cells in which the second arm does not help: it fails too, fails alone, or is less accurate."""
        return self.neither + self.lost + self.lower

    @property
    def verdict(self) -> str:
        """In how many cells the second arm trains, compared to the first: "all", "more", "same" or "fewer"."""
        if self.cells and self.second == self.cells:
            return "all"
        if self.second == self.first:
            return "same"
        return "more" if self.second > self.first else "fewer"


def compare_arms(found: SurvivalMap, first: int, second: int) -> MapComparison:
    """Count the cells in which two arms train, by the majority of the seeds.

    Args:
        found: the map.
        first: index of the arm that is the reference.
        second: index of the other arm.
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
        cells=len(pairs),
        first=lives[True, True] + lives[True, False],
        second=lives[True, True] + lives[False, True],
        both=lives[True, True],
        neither=lives[False, False],
        saved=lives[False, True],
        lost=lives[True, False],
        lower=sum(other.accuracy < one.accuracy for one, other in both),
        shaky=sum(one.agree < one.done or other.agree < other.done for one, other in pairs),
    )
