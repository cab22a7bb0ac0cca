"""The survival map: what the seeds of every place came to, and what one arm has over another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bnviz.config import Changes, Value

ALIVE = ("converged", "slow")
"""Outcomes of nets that learn; all others are dead."""


@dataclass(frozen=True, slots=True)
class Place:
    """One arm at one place of the map, over the seeds that are done.

    Attributes:
        outcome: of most seeds; of two that are equally frequent, the worse.
        agree: seeds with this outcome.
        done: seeds done.
        accuracy: mean over the seeds of the test accuracy, 0..1.
        loss: mean of the last training losses that are finite (nats); NaN where none is.
        test_loss: likewise on the test data.
        idle: mean share of idle hidden values; NaN where that means nothing.
        diverged: steps at which seeds diverged, rising; empty where none did.
    """

    outcome: str
    agree: int
    done: int
    accuracy: float
    loss: float
    test_loss: float
    idle: float
    diverged: tuple[int, ...]

    @property
    def alive(self) -> bool:
        """Whether most seeds learn."""
        return self.outcome in ALIVE


@dataclass(frozen=True, slots=True)
class SurvivalMap:
    """Small multiples: one map an arm.

    Attributes:
        x_field: varies along the columns.
        xs: its values.
        y_field: varies along the rows.
        ys: its values.
        arms: what sets the arms apart.
        outcomes: names, best first.
        seeds: nets of one arm at one place.
        steps: updates of every net.
        places: (arms, rows, columns); None where no seed is done.
    """

    x_field: str
    xs: tuple[Value, ...]
    y_field: str
    ys: tuple[Value, ...]
    arms: tuple[Changes, ...]
    outcomes: tuple[str, ...]
    seeds: int
    steps: int
    places: tuple[tuple[tuple[Place | None, ...], ...], ...]

    def at(self, arm: int, row: int, column: int) -> Place | None:
        """Return what is known of one place."""
        return self.places[arm][row][column]

    def of_arm(self, arm: int) -> list[Place]:
        """Return the places of an arm that are known, row by row."""
        return [place for row in self.places[arm] for place in row if place is not None]

    @property
    def empty(self) -> bool:
        """Whether no place is known."""
        return not any(self.of_arm(arm) for arm in range(len(self.arms)))

    @property
    def whole(self) -> bool:
        """Whether every seed of every place is done."""
        known = [place for arm in range(len(self.arms)) for place in self.of_arm(arm)]
        size = len(self.arms) * len(self.xs) * len(self.ys)
        return len(known) == size and all(place.done == self.seeds for place in known)


def majority(outcomes: Sequence[str], order: Sequence[str]) -> tuple[str, int]:
    """Return the most frequent outcome and its count; of equally frequent ones, the last of ``order``."""
    counts = Counter(outcomes)
    outcome = max(counts, key=lambda each: (counts[each], order.index(each)))
    return outcome, counts[outcome]


@dataclass(frozen=True, slots=True)
class Comparison:
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


def compare_arms(found: SurvivalMap, first: int, second: int) -> Comparison:
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
        if (one := found.at(first, row, column)) is not None
        and (other := found.at(second, row, column)) is not None
    ]
    lives = Counter((one.alive, other.alive) for one, other in pairs)
    both = [(one, other) for one, other in pairs if one.alive and other.alive]
    return Comparison(
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
