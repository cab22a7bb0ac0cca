"""What the picture of "Why it works" shows: recorded walks along the gradient, and covariate shift compared."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from bnviz.array_types import Floats
from bnviz.chapters.why.findings import ArmComparison, answer, change
from bnviz.chapters.why.phase_answers import phase_answer
from bnviz.chapters.why.phases import Phase, both_passed
from bnviz.chapters.why.ratios import ratio_curve
from bnviz.chapters.why.smoothness import step_lengths
from bnviz.chapters.why.study import ShiftStudy
from bnviz.chapters.why.walk_recipe import recorded_walks
from bnviz.studies.rule import Interval

DIGITS = 3
"""Significant digits: more than a picture can show."""

WALKED = 5
"""Seeds whose walks are shown; covariate shift is that of all of them."""

PHASES: tuple[Phase, ...] = ("before", "after")

MEASURES = {"length": "l2", "relative": "relative", "update": "jump", "next": "batch_jump"}
"""Lines of the picture: the shift of 2018, relative to the gradient; that of 2015 by an update, to the next batch."""


@lru_cache(maxsize=1)
def stage_data() -> dict[str, Any]:
    """Return the walks as plain JSON values.

    "lengths" are the nine step lengths in units of the learning rate. Of each net and arm, by seed and step: the loss
    at the start of the walk, the norm of the gradient, the test accuracy in evaluation mode, and at each length the
    loss ("walk") and the change of the gradient ("change"). Of each net also "shift", with BN divided by without BN:
    of each of ``MEASURES`` the seeds by step, the mean and its interval by step, what the rule says before and after
    both nets have passed half of their final accuracy, and under "phases" whether that depends on the phase; "half" has
    the place of that step in each seed.
    """
    found = recorded_walks()
    studies = found.studies
    some = next(iter(studies.values()))
    return {
        "lengths": _plain(step_lengths(1.0)),
        "seeds": list(some.seeds[:WALKED]),
        "steps": list(some.steps),
        "date": found.provenance["date"],
        "nets": {name: _net(study) for name, study in studies.items()},
    }


def _net(study: ShiftStudy) -> dict[str, Any]:
    return {
        "lr": study.lr,
        **{arm: _arm(study, arm) for arm in study.arms},
        "shift": {name: _shift(study, quantity) for name, quantity in MEASURES.items()},
        "half": [moment for moment in both_passed(study, "batch", "none") if moment is not None],
    }


def _arm(study: ShiftStudy, arm: str) -> dict[str, Any]:
    names = {"loss": "loss", "norm": "gradient", "accuracy": "accuracy", "walk": "walk_loss", "change": "walk_change"}
    return {short: _plain(study.of(arm, name)[:WALKED]) for short, name in names.items()}


def _shift(study: ShiftStudy, quantity: str) -> dict[str, Any]:
    curve = ratio_curve(study, quantity)
    drawn = {name: _plain(getattr(curve, name), 2) for name in ("seeds", "mean", "low", "high")}
    asked = {str(phase): ArmComparison(quantity, "batch", "none", phase=phase) for phase in PHASES}
    compared = phase_answer(study, quantity, PHASES)
    return {
        **drawn,
        **{phase: _phase(study, question) for phase, question in asked.items()},
        "phases": {"said": compared.said, "ends": _ends(compared.ratio)},
    }


def _phase(study: ShiftStudy, question: ArmComparison) -> dict[str, Any]:
    found = answer(question, change(study, question))
    return {"direction": found.direction, "ends": _ends(found.interval)}


def _ends(found: Interval | None) -> Any:  # noqa: ANN401 - a list of three numbers or of three None
    """Return the mean and both ends of an interval."""
    values = (math.nan,) * 3 if found is None else (found.mean, found.low, found.high)
    return _plain(np.asarray(values))


def _plain(values: Floats, digits: int = DIGITS) -> Any:  # noqa: ANN401 - lists in lists, as deep as the array
    """Return an array as lists of rounded numbers; one that is not finite is None."""
    if values.ndim:
        return [_plain(row, digits) for row in values]
    return float(f"{values:.{digits}g}") if math.isfinite(values) else None
