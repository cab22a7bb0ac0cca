"""The results of a sweep, and their file."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bnviz.config import InputError, config_from_dict
from bnviz.sweeps.grid import Axis, Sweep
from bnviz.sweeps.outcome import OUTCOMES, outcome_of

FORMAT, VERSION = "bnviz sweep", 1
MAX_BYTES = 16 * 2**20


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


def cell_from_dict(row: Mapping[str, Any]) -> CellResult:
    """Undo ``cell_to_dict``; raises InputError for what is no cell."""
    numbers = ("loss", "test_loss", "accuracy", "idle")
    places = ("arm", "row", "column", "seed")
    try:
        read: dict[str, Any] = {n: math.nan if row[n] is None else float(row[n]) for n in numbers}
        read |= {name: int(row[name]) for name in places}
        diverged = None if row["diverged"] is None else int(row["diverged"])
        cell = CellResult(key=str(row["key"])[:64], diverged=diverged, **read)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InputError("a cell of a sweep needs key, place, seed and its numbers") from error
    if any(math.isinf(getattr(cell, name)) for name in numbers) or min(cell.arm, cell.row, cell.column) < 0:
        raise InputError("a cell of a sweep has finite numbers and a place on the map")
    return cell


def save_sweep(result: SweepResult, path: Path) -> None:
    """Write a sweep as JSON, whole or not at all."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "sweep": sweep_to_dict(result.sweep),
        "chance": result.chance,
        "provenance": dict(result.provenance),
        "cells": [cell_to_dict(cell) for cell in sorted(result.cells, key=_place)],
    }
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(content, allow_nan=False), encoding="utf-8")
    part.replace(path)


def load_sweep(path: Path) -> SweepResult:
    """Read a sweep that ``save_sweep`` wrote; raises InputError for anything else."""
    if not path.is_file() or path.stat().st_size > MAX_BYTES:
        raise InputError(f"{path.name}: expected a sweep of at most {MAX_BYTES // 2**20} MB")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if (content["format"], content["version"]) != (FORMAT, VERSION):
            raise InputError(f"{path.name}: expected {FORMAT} version {VERSION}")
        sweep = sweep_from_dict(content["sweep"])
        cells = tuple(cell_from_dict(row) for row in content["cells"])
        chance, provenance = float(content["chance"]), dict(content["provenance"])
    except (KeyError, TypeError, ValueError, RecursionError, OverflowError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path.name}: expected {FORMAT} version {VERSION}") from error
    if not 0 <= chance < 1 or not all(_on_map(sweep, cell) for cell in cells) or len(cells) > sweep.size:
        raise InputError(f"{path.name}: its cells do not lie on its map")
    return SweepResult(sweep, cells, chance, provenance)


def sweep_from_dict(data: Mapping[str, Any]) -> Sweep:
    """Undo ``sweep_to_dict``; raises InputError or KeyError for what is no sweep."""
    x, y = (Axis(str(data[name]["field"]), tuple(data[name]["values"])) for name in ("x", "y"))
    arms = tuple(tuple(dict(arm).items()) for arm in data["arms"])
    return Sweep(config_from_dict(data["base"]), x, y, arms, int(data["seeds"]), int(data["steps"]))


def _on_map(sweep: Sweep, cell: CellResult) -> bool:
    return cell.arm < len(sweep.arms) and cell.row < len(sweep.y.values) and cell.column < len(sweep.x.values)


def _place(cell: CellResult) -> tuple[int, int, int, int]:
    return cell.arm, cell.row, cell.column, cell.seed
