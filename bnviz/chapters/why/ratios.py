"""Covariate shift with BN over without BN, step by step: the curves that say on which phase the answer depends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bnviz.array_types import Floats
from bnviz.chapters.why.findings import shift_of
from bnviz.chapters.why.phases import both_passed
from bnviz.chapters.why.study import ShiftStudy
from bnviz.studies.rule import Statement, interval

GRADIENTS = ("l2", "relative")
MEANS = ("jump", "batch_jump", "drift")
QUANTITIES = (*GRADIENTS, *MEANS)
"""The shift of 2018, and relative to the gradient; that of 2015 in one update, to the next batch, over 100 updates."""

_NAMES = {"jump": "jump_mean", "batch_jump": "batch_mean", "drift": "drift_mean"}


@dataclass(frozen=True, slots=True, eq=False)
class RatioCurve:
    """One quantity with BN divided by without BN, over the measured steps.

    Attributes:
        quantity: one of ``QUANTITIES``.
        seeds: (S, T), geometric means over the layers; NaN where one of the two is 0 or missing.
        mean: (T,), geometric mean over the seeds that have a value.
        low: (T,), lower end of the rule's interval around the mean.
        high: (T,), upper end.
    """

    quantity: str
    seeds: Floats
    mean: Floats
    low: Floats
    high: Floats


def ratio_curve(study: ShiftStudy, quantity: str) -> RatioCurve:
    """Compare the arms "batch" and "none" step by step."""
    ours, theirs = (_geometric_mean(_of_layers(study, arm, quantity)) for arm in ("batch", "none"))
    seeds = ours / theirs
    ends = [_ends(column) for column in seeds.T]
    return RatioCurve(quantity, seeds, *np.asarray(ends, np.float64).T)


def measured_quantities(study: ShiftStudy) -> tuple[str, ...]:
    """Return those of ``QUANTITIES`` that the study measured."""
    return tuple(name for name in QUANTITIES if _NAMES.get(name, "l2") in study.values)


def phase_moments(study: ShiftStudy) -> list[int]:
    """Return the update by which both nets have passed half of their final accuracy, of each seed that did."""
    return [study.steps[moment] for moment in both_passed(study, "batch", "none") if moment is not None]


def _of_layers(study: ShiftStudy, arm: str, quantity: str) -> Floats:
    return study.of(arm, _NAMES[quantity]) if quantity in _NAMES else shift_of(study, arm, quantity)


def _ends(ratios: Floats) -> tuple[float, float, float]:
    values = ratios[np.isfinite(ratios)].tolist()
    if len(values) < 2:
        return (values[0], np.nan, np.nan) if values else (np.nan, np.nan, np.nan)
    found = interval(Statement("ratio", 1.0), values)
    return found.mean, found.low, found.high


def _geometric_mean(values: Floats) -> Floats:
    """Return the geometric mean over the last axis; NaN where a value is 0 or missing."""
    logs = np.log(values, out=np.full_like(values, np.nan), where=values > 0)
    return np.asarray(np.exp(logs.mean(-1)))
