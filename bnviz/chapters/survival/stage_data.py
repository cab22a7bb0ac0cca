"""What the picture of the survival map shows: the recorded maps, every network of every cell."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from bnviz.chapters.survival.aggregate import map_of
from bnviz.chapters.survival.recorded import FILES, recorded_map
from bnviz.chapters.survival.results import SurvivalMap
from bnviz.config import InputError, Value
from bnviz.sweeps.outcome import OUTCOMES
from bnviz.sweeps.result import SweepResult

ARMS = ("none", "batch")


@lru_cache(maxsize=1)
def stage_data() -> dict[str, Any]:
    """Return the recorded maps as plain JSON values.

    "outcomes" are the names that numbers stand for. Of each network of the page: "x" and "y", the learning rates and
    the factors on the initial weights; "chance", the accuracy of guessing; "steps", "seeds", "date"; and of each arm,
    by row and column, "outcome" (of most seeds), "seeds" (the outcome of each), "accuracy" (of each) and "order", the
    place of the cell in the recording.
    """
    return {"outcomes": list(OUTCOMES), "nets": {net: _net(net) for net in FILES}}


def _net(name: str) -> dict[str, Any]:
    result = recorded_map(name)
    if result is None:
        raise InputError(f"there is no recorded map of {name}")
    found = map_of(result)
    return {
        "x": [_rounded(value) for value in found.xs],
        "y": [_rounded(value) for value in found.ys],
        "chance": result.chance,
        "steps": result.sweep.steps,
        "seeds": result.sweep.seeds,
        "date": result.provenance["date"],
        **{arm: _arm(result, found, place) for place, arm in enumerate(ARMS)},
    }


def _arm(result: SweepResult, found: SurvivalMap, arm: int) -> dict[str, Any]:
    rows, columns = range(len(found.ys)), range(len(found.xs))
    cells = sorted((cell for cell in result.cells if cell.arm == arm), key=lambda cell: cell.seed)
    place = {key: index for index, key in enumerate(dict.fromkeys((c.arm, c.row, c.column) for c in result.cells))}
    outcomes = [[list[int]() for _ in columns] for _ in rows]
    accuracies = [[list[float | None]() for _ in columns] for _ in rows]
    for cell in cells:
        outcomes[cell.row][cell.column].append(OUTCOMES.index(result.outcome(cell)))
        accuracies[cell.row][cell.column].append(round(cell.accuracy, 3) if math.isfinite(cell.accuracy) else None)
    return {
        "outcome": [[_majority(found, arm, row, column) for column in columns] for row in rows],
        "seeds": outcomes,
        "accuracy": accuracies,
        "order": [[place[arm, row, column] for column in columns] for row in rows],
    }


def _majority(found: SurvivalMap, arm: int, row: int, column: int) -> int | None:
    cell = found.at(arm, row, column)
    return None if cell is None else OUTCOMES.index(cell.outcome)


def _rounded(value: Value) -> float:
    if not isinstance(value, int | float):
        raise InputError(f"the axes of a recorded map are numbers, got {value!r:.40}")
    return float(f"{value:.3g}")
