"""The survival map: what the seeds of every cell gave, per arm."""

from __future__ import annotations

from dataclasses import dataclass

from bnviz.config import Changes, Value

ALIVE = ("converged", "slow")
"""Outcomes of nets that learn; all others are dead."""


@dataclass(frozen=True, slots=True)
class CellSummary:
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
    places: tuple[tuple[tuple[CellSummary | None, ...], ...], ...]

    def at(self, arm: int, row: int, column: int) -> CellSummary | None:
        """Return what is known of one place."""
        return self.places[arm][row][column]

    def of_arm(self, arm: int) -> list[CellSummary]:
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
