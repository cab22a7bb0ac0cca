"""A stacked sweep against the same nets one after the other: how much faster, and how far apart they end."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from bnviz.data import Dataset
from bnviz.sweeps.engine import run_sweep
from bnviz.sweeps.grid import Sweep
from bnviz.sweeps.result import CellResult, SweepResult

NUDGE = 2.0**-23
"""One unit in the last place of a weight: the smallest change that rounding could make."""

STEADY = 1e-3
"""A net whose loss a nudge moves by less than this carries rounding errors no further."""


def compare_alone(sweep: Sweep, dataset: Dataset, result: SweepResult) -> dict[str, Any]:
    """Train everything again, stacked, stacked from nudged weights, and one after the other.

    Stacked and alone round differently, and a net that bounces at a huge rate doubles any difference with
    every step. Nudging its starting weights by one unit in the last place tells such nets from a wrong
    engine: what is steady under the nudge must end at the same loss either way.

    Args:
        sweep: what was trained.
        dataset: on what.
        result: what came out.

    Returns:
        Seconds both ways on as many threads, their ratio, and |difference of test losses| / max(1, loss).
    """
    again, stacked_s = _timed(sweep, dataset)
    alone, alone_s = _timed(sweep, dataset, alone=True)
    nudged, _ = _timed(sweep, dataset, nudge=NUDGE)
    first = {cell.key: cell for cell in result.cells}
    apart, moved = _differences(first, alone), _differences(again, nudged)
    steady = [apart[key] for key in apart if moved.get(key, math.inf) < STEADY]
    return {
        "threads": torch.get_num_threads(),
        "stacked_s": round(stacked_s, 2),
        "alone_s": round(alone_s, 2),
        "ratio": round(alone_s / stacked_s, 2),
        "loss_difference": _spread(list(apart.values())),
        "nudged_difference": _spread(list(moved.values())),
        "steady_difference": _spread(steady),
        "other_outcomes": sum(result.outcome(first[key]) != result.outcome(alone[key]) for key in alone),
    }


def _timed(
    sweep: Sweep, dataset: Dataset, alone: bool = False, nudge: float = 0.0
) -> tuple[dict[str, CellResult], float]:
    begun = time.perf_counter()
    found = {cell.key: cell for cells in run_sweep(sweep, dataset, alone=alone, nudge=nudge) for cell in cells}
    return found, time.perf_counter() - begun


def _differences(some: Mapping[str, CellResult], others: Mapping[str, CellResult]) -> dict[str, float]:
    """Return how far apart the final losses are, of nets whose losses are finite both times."""
    pairs = ((key, some[key].test_loss, others[key].test_loss) for key in some)
    return {
        key: abs(one - other) / max(1.0, abs(other))
        for key, one, other in pairs
        if math.isfinite(one) and math.isfinite(other)
    }


def _spread(values: Sequence[float]) -> dict[str, float] | None:
    ordered = sorted(values)
    if not ordered:
        return None
    middle, most = ordered[len(ordered) // 2], ordered[len(ordered) * 9 // 10]
    return {"nets": len(ordered), "median": middle, "nine_tenths_below": most, "largest": ordered[-1]}
