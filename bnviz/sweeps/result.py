"""The results of a sweep, and their file."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from bnviz.config import InputError, Value, config_from_dict
from bnviz.files.typed_json import Number, convert, decode
from bnviz.files.write import atomic
from bnviz.sweeps.grid import Axis, Sweep
from bnviz.sweeps.outcome import OUTCOMES, outcome_of

FORMAT, VERSION = "bnviz sweep", 1
MAX_BYTES = 16 * 2**20
_Index = Annotated[int, Meta(ge=0)]


@dataclass(frozen=True, slots=True)
class CellResult:
    """Result of one network.

    Attributes:
        key: ``Cell.key``.
        arm: index of the arm.
        row: index along y.
        column: index along x.
        seed: of weights and batches.
        loss: training loss of the last step's batch; NaN when it is not finite.
        test_loss: on the test data in evaluation mode; NaN when it is not finite.
        accuracy: on the test data, in evaluation mode.
        idle: fraction of inactive hidden values at the end (saturated, or dead for relu); NaN for other nonlinearities.
        diverged: step at which a loss was not finite, or None.
    """

    key: str
    arm: int
    row: int
    column: int
    seed: int
    loss: float
    test_loss: float
    accuracy: float
    idle: float
    diverged: int | None


@dataclass(frozen=True, slots=True)
class SweepResult:
    """A sweep and its finished nets.

    Attributes:
        sweep: the grid.
        cells: results, in any order; fewer than ``sweep.size`` while it runs or after a stop.
        chance: accuracy of guessing.
        provenance: date, data, versions, seconds; plain values.
    """

    sweep: Sweep
    cells: tuple[CellResult, ...]
    chance: float
    provenance: Mapping[str, Any]

    def outcome(self, cell: CellResult) -> str:
        """Return the outcome of a net by the rule of ``outcome_of``."""
        return outcome_of(cell.accuracy, self.chance, cell.idle, cell.diverged)

    def at(self, arm: int, row: int, column: int) -> tuple[CellResult, ...]:
        """Return the results at one grid position, ordered by seed."""
        found = (c for c in self.cells if (c.arm, c.row, c.column) == (arm, row, column))
        return tuple(sorted(found, key=lambda cell: cell.seed))

    def counts(self) -> list[dict[str, int]]:
        """Return for each arm how many nets had each outcome."""
        tallies = [Counter[str]() for _ in self.sweep.arms]
        for cell in self.cells:
            tallies[cell.arm][self.outcome(cell)] += 1
        return [{name: tally[name] for name in OUTCOMES if tally[name]} for tally in tallies]

    def row(self) -> dict[str, Any]:
        """Return the JSON object of the command line: the sweep, and how many nets of each arm had each outcome."""
        return {
            "format": FORMAT,
            "sweep": sweep_to_dict(self.sweep),
            "cells": len(self.cells),
            "of": self.sweep.size,
            "outcomes": self.counts(),
            "provenance": dict(self.provenance),
        }


def sweep_to_dict(sweep: Sweep) -> dict[str, Any]:
    """Return plain values, ready for JSON."""
    axes = {name: {"field": axis.field, "values": list(axis.values)} for name, axis in (("x", sweep.x), ("y", sweep.y))}
    arms = [dict(changes) for changes in sweep.arms]
    return {"base": sweep.base.to_dict(), **axes, "arms": arms, "seeds": sweep.seeds, "steps": sweep.steps}


def cell_to_dict(cell: CellResult) -> dict[str, Any]:
    """Return plain values; what is not finite becomes None."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in asdict(cell).items()
    }


def cell_from_dict(row: object, label: str = "the cell") -> CellResult:
    """Undo ``cell_to_dict``; raises InputError for what is no cell."""
    return convert(row, _CellFile, label, "a cell of a sweep").to_cell()


def save_sweep(result: SweepResult, path: Path) -> None:
    """Write a sweep as JSON, whole or not at all."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "sweep": sweep_to_dict(result.sweep),
        "chance": result.chance,
        "provenance": dict(result.provenance),
        "cells": [cell_to_dict(cell) for cell in sorted(result.cells, key=_order)],
    }
    with atomic(path) as file:
        file.write_text(json.dumps(content, allow_nan=False), encoding="utf-8")


def load_sweep(path: Path) -> SweepResult:
    """Read a sweep that ``save_sweep`` wrote; raises InputError for anything else."""
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        raise InputError(f"{path.name}: expected a sweep of at most {MAX_BYTES // 2**20} MB")
    file = decode(path.read_bytes(), _File, path.name, f"{FORMAT} version {VERSION}")
    try:
        sweep = file.sweep.to_sweep()
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from error
    cells = tuple(cell.to_cell() for cell in file.cells)
    if not all(_on_map(sweep, cell) for cell in cells) or len(cells) > sweep.size:
        raise InputError(f"{path.name}: its cells do not lie on its map")
    return SweepResult(sweep, cells, file.chance, file.provenance)


class _AxisFile(msgspec.Struct, frozen=True):
    """An axis in a file."""

    field: str
    values: tuple[Value, ...]


class _SweepFile(msgspec.Struct, frozen=True):
    """The grid of a sweep in a file."""

    base: dict[str, Any]
    x: _AxisFile
    y: _AxisFile
    arms: tuple[dict[str, Value], ...]
    seeds: int
    steps: int

    def to_sweep(self) -> Sweep:
        """Return the sweep; raises InputError for one that cannot be."""
        x, y = (Axis(axis.field, axis.values) for axis in (self.x, self.y))
        arms = tuple(tuple(arm.items()) for arm in self.arms)
        return Sweep(config_from_dict(self.base), x, y, arms, self.seeds, self.steps)


class _CellFile(msgspec.Struct, frozen=True):
    """A net in a file; what is not finite is null."""

    key: Annotated[str, Meta(max_length=64)]
    arm: _Index
    row: _Index
    column: _Index
    seed: _Index
    loss: Number | None
    test_loss: Number | None
    accuracy: Number | None
    idle: Number | None
    diverged: int | None

    def to_cell(self) -> CellResult:
        """Return the result of the net."""
        numbers = (self.loss, self.test_loss, self.accuracy, self.idle)
        loss, test_loss, accuracy, idle = (math.nan if value is None else value for value in numbers)
        place = (self.arm, self.row, self.column)
        return CellResult(self.key, *place, self.seed, loss, test_loss, accuracy, idle, self.diverged)


class _File(msgspec.Struct, frozen=True):
    """A file."""

    format: Literal["bnviz sweep"]
    version: Literal[1]
    sweep: _SweepFile
    chance: Annotated[float, Meta(ge=0, lt=1)]
    provenance: dict[str, Any]
    cells: tuple[_CellFile, ...]


def _on_map(sweep: Sweep, cell: CellResult) -> bool:
    return cell.arm < len(sweep.arms) and cell.row < len(sweep.y.values) and cell.column < len(sweep.x.values)


def _order(cell: CellResult) -> tuple[int, int, int, int]:
    return cell.arm, cell.row, cell.column, cell.seed
