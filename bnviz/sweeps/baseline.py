"""A stacked sweep against the same nets trained one after the other: speed, and differences of the results."""

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

PERTURBATION = 2.0**-23
"""One unit in the last place of a weight: the smallest change that rounding could make."""

STEADY = 1e-3
"""A net does not amplify rounding errors when the perturbation changes its loss by less than this."""


def compare_unstacked(sweep: Sweep, dataset: Dataset, result: SweepResult) -> dict[str, Any]:
    """Train all nets three more times: stacked, stacked from perturbed weights, and one after the other.

    Stacked and unstacked training round differently, and a net that oscillates at a huge learning rate
    doubles any difference with every step. Perturbing the starting weights by one unit in the last place
    tells such nets from a bug: a net that is steady under it must end at the same loss either way.

    Args:
        sweep: the sweep.
        dataset: the data it was trained on.
        result: its results.

    Returns:
        Seconds of both ways on as many threads, their ratio, and |difference of test losses| / max(1, loss).
    """
    again, stacked_s = _timed(sweep, dataset)
    unstacked, unstacked_s = _timed(sweep, dataset, unstacked=True)
    perturbed, _ = _timed(sweep, dataset, weight_perturbation=PERTURBATION)
    first = {cell.key: cell for cell in result.cells}
    apart, moved = _differences(first, unstacked), _differences(again, perturbed)
    steady = [apart[key] for key in apart if moved.get(key, math.inf) < STEADY]
    return {
        "threads": torch.get_num_threads(),
        "stacked_s": round(stacked_s, 2),
        "alone_s": round(unstacked_s, 2),
        "ratio": round(unstacked_s / stacked_s, 2),
        "loss_difference": _spread(list(apart.values())),
        "nudged_difference": _spread(list(moved.values())),
        "steady_difference": _spread(steady),
        "other_outcomes": sum(result.outcome(first[key]) != result.outcome(unstacked[key]) for key in unstacked),
    }


def _timed(
    sweep: Sweep, dataset: Dataset, unstacked: bool = False, weight_perturbation: float = 0.0
) -> tuple[dict[str, CellResult], float]:
    begun = time.perf_counter()
    chunks = run_sweep(sweep, dataset, unstacked=unstacked, weight_perturbation=weight_perturbation)
    found = {cell.key: cell for cells in chunks for cell in cells}
    return found, time.perf_counter() - begun


def _differences(some: Mapping[str, CellResult], others: Mapping[str, CellResult]) -> dict[str, float]:
    """Return the relative difference of the final losses, of nets whose losses are finite both times."""
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
