"""The sentences of chapters on depth, initialization and overfitting."""

from __future__ import annotations

import numpy as np

from bnviz.chapters.initialization.recipes import NETS, full_sweep
from bnviz.chapters.initialization.recipes import STEPS as SWEEP_STEPS
from bnviz.chapters.initialization.usable import outcomes, usable_factor
from bnviz.chapters.regularization.overfit import overfit_study
from bnviz.chapters.regularization.recipes import STEPS as OVERFIT_STEPS
from bnviz.chapters.saturation.depth_sweep import depth_sweep
from bnviz.chapters.saturation.results import VARIANT_NAMES
from bnviz.words.sentence import Check, Measured

_DEEP = 50


def depth(seed: int, share: float) -> Measured:
    """Factor by which one layer changes the gradient, in untrained nets of 50 layers."""
    depths = (2, max(3, round(_DEEP * share)))
    factors = {curve: depth_sweep(curve, depths, seed).factor for curve in ("sigmoid", "tanh", "relu")}
    return {
        f"{curve}_{arm}": float(factor)
        for curve, found in factors.items()
        for arm, factor in zip(VARIANT_NAMES, found, strict=True)
    }


def rates(seed: int, share: float) -> Measured:
    """How many times larger the largest usable rate is with BN, in both nets of the chapter."""
    steps = max(2, round(SWEEP_STEPS * share))
    return {net: usable_factor(full_sweep("rate", net, seeds=(seed,), steps=steps), 1, 0).median for net in NETS}


def scales(seed: int, share: float) -> Measured:
    """Diverged runs with BN over four orders of magnitude of the start, and the final loss at its two ends."""
    steps = max(2, round(SWEEP_STEPS * share))
    found: Measured = {}
    for net in NETS:
        sweep = full_sweep("scale", net, seeds=(seed,), steps=steps)
        place = {value: k for k, value in enumerate(sweep.values)}
        for arm, name in ((1, "sgd"), (3, "adam")):
            loss = sweep.loss[arm, :, 0]
            found[f"{net}_{name}_diverged"] = float(outcomes(sweep, arm).diverged.sum())
            found[f"{net}_{name}_slower"] = float(loss[place[100.0]] / loss[place[1.0]])
    return found


def overfit(seed: int, share: float) -> Measured:
    """Test accuracy and loss of the arms on 500 digits."""
    arms = ("none", "none_small", "none_large", "bn", "bn_small", "bn_large", "dropout", "decay", "shift")
    study = overfit_study(arms, (seed,), max(2, round(OVERFIT_STEPS * share)), n_evaluations=1)
    accuracy = {arm: float(study.values[k, 0, -1, 1]) for k, arm in enumerate(arms)}
    loss = {arm: float(study.values[k, 0, -1, 3]) for k, arm in enumerate(arms)}
    best = max(accuracy[arm] for arm in ("bn_small", "dropout", "decay"))
    return {
        **accuracy,
        "bn_gain": 100 * (accuracy["bn"] - accuracy["none"]),
        "bn_small_gain": 100 * (accuracy["bn_small"] - accuracy["none_small"]),
        "bn_large_gain": 100 * (accuracy["bn_large"] - accuracy["none_large"]),
        "bn_large_below_first": 100 * (accuracy["bn_large"] - accuracy["none"]),
        "small_gain": 100 * (accuracy["none_small"] - accuracy["none"]),
        "loss_gain": float(np.mean([loss[f"none{end}"] - loss[f"bn{end}"] for end in ("", "_small", "_large")])),
        "shift_gain": 100 * (accuracy["shift"] - best),
    }


CHECKS: tuple[Check, ...] = (
    Check("depth", depth, ()),
    Check("rates", rates, ()),
    Check("scales", scales, ()),
    Check("overfit", overfit, ()),
)
