"""The sentences on the loss along the gradient, on the page "Why it works"."""

from __future__ import annotations

import numpy as np

from bnviz.array_types import Floats
from bnviz.chapters.why.study import ShiftStudy
from bnviz.chapters.why.walk_recipe import ARMS, STEPS, walk_study
from bnviz.words.sentence import Check, Measured, each, mean, said

_LAST = {"relu": 2000, "sigmoid": 400}
"""The last update that a sentence speaks of, by net."""


def relu(seed: int, share: float) -> Measured:
    """The ReLU net: how often its band is narrower with BN, and the walk after 100 updates."""
    study = _study("relu", seed, share)
    at = min(STEPS.index(100), len(study.steps) - 1)
    plain, bn = (study.of(arm, "walk_loss")[0, at] for arm in ARMS)
    start = float(study.of("none", "loss")[0, at])
    return {
        "narrower_30_300": float((_ratios(study, 30, 300) < 1).mean()),
        "narrower_late": float((_ratios(study, 1200) < 1).mean()),
        "first": float(plain[0] / start),
        "end": float(plain[-1] / start),
        "with": float(max(*bn, study.of("batch", "loss")[0, at])),
    }


def sigmoid(seed: int, share: float) -> Measured:
    """The sigmoid net: whether its band is wider with BN after 100 updates, ratios from 250 to 400, and accuracies."""
    study = _study("sigmoid", seed, share)
    at = min(STEPS.index(100), len(study.steps) - 1)
    return {
        "wider_100": float(_ratios(study)[at] > 1),
        "ratio_250_400": float(_ratios(study, 250, 400).max()),
        "without": float(study.of("none", "accuracy")[0, at]),
        "with": float(study.of("batch", "accuracy")[0, at]),
    }


def _study(net: str, seed: int, share: float) -> ShiftStudy:
    steps = tuple(step for step in STEPS if step <= max(2, _LAST[net] * share))
    return walk_study(net, (seed,), steps)


def _ratios(study: ShiftStudy, first: int = 0, last: int = STEPS[-1]) -> Floats:
    """Return the width of the band with BN divided by that without, between two updates (the last one if none is)."""
    plain, bn = (np.ptp(study.of(arm, "walk_loss")[0], axis=-1) for arm in ARMS)
    kept = [k for k, step in enumerate(study.steps) if first <= step <= last] or [-1]
    return np.asarray((bn / plain)[kept])


CHECKS: tuple[Check, ...] = (
    Check(
        "walk-relu",
        relu,
        (
            said(
                "why.stage.steps.3.text",
                "With BN the ReLU net has the narrower band from 30 to 300 updates in nearly every seed",
                mean("narrower_30_300", 0.9),
            ),
            said(
                "why.stage.steps.3.text",
                "from 1200 on, when both bands are tiny, in few",
                mean("narrower_late", 0, 0.5),
            ),
        ),
    ),
    Check(
        "walk-sigmoid",
        sigmoid,
        (
            said(
                "why.stage.steps.4.text",
                "the band is **narrower without BN** in nearly every seed",
                mean("wider_100", 0.8),
            ),
            said(
                "why.stage.steps.4.text",
                "with test accuracies below 30 %; with BN they are above 80 %",
                each("without", 0, 0.3),
                each("with", 0.8),
            ),
            said(
                "why.stage.steps.4.text", "From 250 to 400 updates it is narrower with BN", each("ratio_250_400", 0, 1)
            ),
        ),
    ),
)
