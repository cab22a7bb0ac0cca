"""The survival map: the outcome of the seeds of every cell, per arm."""

from __future__ import annotations

from dataclasses import dataclass

from bnviz.config import Changes, Value

ALIVE = ("converged", "slow")
"""Outcomes of networks that learn; all others failed."""


@dataclass(frozen=True, slots=True)
class CellSummary:
    """One arm in one cell of the map, over the seeds that are done.

    Attributes:
        outcome: the most common outcome of the seeds; ties take the worse one.
        agree: number of seeds with this outcome.
        done: number of seeds that are done.
        accuracy: mean over the seeds of the test accuracy, 0..1.
        loss: mean of the last training losses that are finite (nats); NaN where none is.
        test_loss: mean of the test losses that are finite (nats); NaN where none is.
        idle: mean fraction of saturated or dead hidden values; NaN where it is not defined.
        diverged: steps at which seeds diverged, in rising order; empty where none did.
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
    """Small multiples: one map per arm.

    Attributes:
        x_field: the field that varies along the columns.
        xs: its values.
        y_field: the field that varies along the rows.
        ys: its values.
        arms: the changes of each arm.
        outcomes: names, best first.
        seeds: networks of one arm in one cell.
        steps: updates of every network.
        cells: (arms, rows, columns); None where no seed is done.
    """

    x_field: str
    xs: tuple[Value, ...]
    y_field: str
    ys: tuple[Value, ...]
    arms: tuple[Changes, ...]
    outcomes: tuple[str, ...]
    seeds: int
    steps: int
    cells: tuple[tuple[tuple[CellSummary | None, ...], ...], ...]

    def at(self, arm: int, row: int, column: int) -> CellSummary | None:
        """Return one arm in one cell; None where no seed is done."""
        return self.cells[arm][row][column]

    def of_arm(self, arm: int) -> list[CellSummary]:
        """Return the cells of an arm in which a seed is done, row by row."""
        return [cell for row in self.cells[arm] for cell in row if cell is not None]

    @property
    def empty(self) -> bool:
        """Whether no seed of any cell is done."""
        return not any(self.of_arm(arm) for arm in range(len(self.arms)))

    @property
    def complete(self) -> bool:
        """Whether every seed of every cell is done."""
        found = [cell for arm in range(len(self.arms)) for cell in self.of_arm(arm)]
        size = len(self.arms) * len(self.xs) * len(self.ys)
        return len(found) == size and all(cell.done == self.seeds for cell in found)
