"""The survival map: the networks of a sweep, gathered cell by cell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import fmean

from bnviz.chapters.survival.results import CellSummary, SurvivalMap
from bnviz.chapters.survival.survival_map import majority
from bnviz.sweeps.outcome import OUTCOMES
from bnviz.sweeps.result import CellResult, SweepResult


def map_of(result: SweepResult) -> SurvivalMap:
    """Return the map of the networks of a sweep that are finished."""
    sweep = result.sweep
    finished: dict[tuple[int, int, int], list[CellResult]] = {}
    for net in result.cells:
        finished.setdefault((net.arm, net.row, net.column), []).append(net)
    cells = tuple(
        tuple(
            tuple(_summary(result, finished.get((arm, row, column), ())) for column in range(len(sweep.x.values)))
            for row in range(len(sweep.y.values))
        )
        for arm in range(len(sweep.arms))
    )
    return SurvivalMap(
        sweep.x.field,
        sweep.x.values,
        sweep.y.field,
        sweep.y.values,
        sweep.arms,
        OUTCOMES,
        sweep.seeds,
        sweep.steps,
        cells,
    )


def _summary(result: SweepResult, nets: Sequence[CellResult]) -> CellSummary | None:
    """Return the summary of the networks of one arm in one cell; None without any."""
    if not nets:
        return None
    outcome, agree = majority([result.outcome(net) for net in nets], OUTCOMES)
    return CellSummary(
        outcome,
        agree,
        len(nets),
        accuracy=_mean(net.accuracy for net in nets),
        loss=_mean(net.loss for net in nets),
        test_loss=_mean(net.test_loss for net in nets),
        idle=_mean(net.idle for net in nets),
        diverged=tuple(sorted(net.diverged for net in nets if net.diverged is not None)),
    )


def _mean(values: Iterable[float]) -> float:
    """Return the mean of the finite values; NaN without any."""
    finite = [value for value in values if math.isfinite(value)]
    return fmean(finite) if finite else math.nan
