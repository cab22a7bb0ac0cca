"""A sweep's nets gathered place by place: the survival map."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import fmean

from bnviz.chapters.survival.results import CellSummary, SurvivalMap
from bnviz.chapters.survival.survival_map import majority
from bnviz.sweeps.outcome import OUTCOMES
from bnviz.sweeps.result import CellResult, SweepResult


def map_of(result: SweepResult) -> SurvivalMap:
    """Return the map of what is done of a sweep."""
    sweep = result.sweep
    cells: dict[tuple[int, int, int], list[CellResult]] = {}
    for cell in result.cells:
        cells.setdefault((cell.arm, cell.row, cell.column), []).append(cell)
    places = tuple(
        tuple(
            tuple(_place(result, cells.get((arm, row, column), ())) for column in range(len(sweep.x.values)))
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
        places,
    )


def _place(result: SweepResult, cells: Sequence[CellResult]) -> CellSummary | None:
    if not cells:
        return None
    outcome, agree = majority([result.outcome(cell) for cell in cells], OUTCOMES)
    return CellSummary(
        outcome,
        agree,
        len(cells),
        accuracy=_mean(cell.accuracy for cell in cells),
        loss=_mean(cell.loss for cell in cells),
        test_loss=_mean(cell.test_loss for cell in cells),
        idle=_mean(cell.idle for cell in cells),
        diverged=tuple(sorted(cell.diverged for cell in cells if cell.diverged is not None)),
    )


def _mean(values: Iterable[float]) -> float:
    finite = [value for value in values if math.isfinite(value)]
    return fmean(finite) if finite else math.nan
