"""What the picture of "Why it works" shows: recorded walks along the gradient, and covariate shift compared."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from bnviz.array_types import Floats
from bnviz.chapters.why.findings import shift_of
from bnviz.chapters.why.smoothness import step_lengths
from bnviz.chapters.why.study import ShiftStudy
from bnviz.chapters.why.walk_recipe import recorded_walks

DIGITS = 3
"""Significant digits: more than a picture can show."""


@lru_cache(maxsize=1)
def stage_data() -> dict[str, Any]:
    """Return the walks as plain JSON values.

    "lengths" are the nine step lengths in units of the learning rate. Of each net and arm, by seed and step: the loss
    at the start of the walk, the norm of the gradient, the test accuracy in evaluation mode, and at each length the
    loss ("walk") and the change of the gradient ("change"). Of each net also "shift", with BN divided by without BN
    (see ``shift_ratios``), by seed and step.
    """
    found = recorded_walks()
    studies = found.studies
    some = next(iter(studies.values()))
    return {
        "lengths": _plain(step_lengths(1.0)),
        "seeds": list(some.seeds),
        "steps": list(some.steps),
        "date": found.provenance["date"],
        "nets": {name: _net(study) for name, study in studies.items()},
    }


def shift_ratios(study: ShiftStudy) -> dict[str, Floats]:
    """Return how much more shifts with BN than without, (S, T) each; geometric means over the layers.

    - "length": norm(G - G'), the definition of Santurkar et al. 2018, over the layers from the second
    - "relative": norm(G - G') / norm(G), over the same layers
    - "means": the move of the units' means in one update, in standard deviations, over the hidden layers. With BN the
      means over the probe are beta, because BN uses the probe's own statistics.
    """
    pairs = {
        "length": [shift_of(study, arm, "l2") for arm in ("batch", "none")],
        "relative": [shift_of(study, arm, "relative") for arm in ("batch", "none")],
        "means": [study.of(arm, "jump_mean") for arm in ("batch", "none")],
    }
    return {name: _geometric_mean(ours) / _geometric_mean(theirs) for name, (ours, theirs) in pairs.items()}


def _geometric_mean(values: Floats) -> Floats:
    """Return the geometric mean over the last axis; NaN where a value is 0 or missing."""
    logs = np.log(values, out=np.full_like(values, np.nan), where=values > 0)
    return np.asarray(np.exp(logs.mean(-1)))


def _net(study: ShiftStudy) -> dict[str, Any]:
    return {
        "lr": study.lr,
        **{arm: _arm(study, arm) for arm in study.arms},
        "shift": {name: _plain(ratio) for name, ratio in shift_ratios(study).items()},
    }


def _arm(study: ShiftStudy, arm: str) -> dict[str, Any]:
    names = {"loss": "loss", "norm": "gradient", "accuracy": "accuracy", "walk": "walk_loss", "change": "walk_change"}
    return {short: _plain(study.of(arm, name)) for short, name in names.items()}


def _plain(values: Floats) -> Any:  # noqa: ANN401 - lists in lists, as deep as the array
    """Return an array as lists of rounded numbers; one that is not finite is None."""
    if values.ndim:
        return [_plain(row) for row in values]
    return float(f"{values:.{DIGITS}g}") if math.isfinite(values) else None
