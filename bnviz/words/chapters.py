"""The sentences of chapters on depth, initialization and overfitting."""

from __future__ import annotations

import numpy as np

from bnviz.chapters.initialization.recipes import NETS, NORMS, full_sweep
from bnviz.chapters.initialization.recipes import STEPS as SWEEP_STEPS
from bnviz.chapters.initialization.scale_sweep import run_sweep
from bnviz.chapters.initialization.usable import learned, outcomes, usable_factor
from bnviz.chapters.regularization.overfit import overfit_study
from bnviz.chapters.regularization.recipes import STEPS as OVERFIT_STEPS
from bnviz.chapters.saturation.depth_sweep import depth_sweep
from bnviz.chapters.saturation.results import VARIANT_NAMES
from bnviz.words.sentence import Check, Measured, each, mean, said

_DEEP = 50


def depth(seed: int, share: float) -> Measured:
    """Factor by which one layer changes the gradient, in untrained nets of 50 layers."""
    depths = (2, max(3, round(_DEEP * share)))
    factors = {curve: depth_sweep(curve, depths, seed).factor for curve in ("sigmoid", "tanh", "relu")}
    measured = {
        f"{curve}_{arm}": float(factor)
        for curve, found in factors.items()
        for arm, factor in zip(VARIANT_NAMES, found, strict=True)
    }
    return {**measured, "relu_bn_growth": measured["relu_bn"] ** (depths[-1] - 1)}


def rates(seed: int, share: float) -> Measured:
    """How many times larger the largest usable rate is with BN, in both nets of the chapter."""
    steps = max(2, round(SWEEP_STEPS * share))
    return {net: usable_factor(full_sweep("rate", net, seeds=(seed,), steps=steps), 1, 0).median for net in NETS}


def pairs(seed: int, share: float) -> Measured:
    """At how many more of four rates a ReLU net learns with BN than without, in batches of two."""
    base, arms = NETS["relu"].with_fields(batch_size=2), [{"norm": norm} for norm in NORMS]
    sweep = run_sweep(base, "lr", (0.02, 0.05, 0.1, 0.2), arms, (seed,), max(2, round(200 * share)))
    without, with_bn = learned(sweep)[:, :, 0].sum(1)
    return {"more": float(with_bn - without), "without": float(without)}


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
        **{f"{arm}_over_none": 100 * (accuracy[arm] - accuracy["none"]) for arm in ("bn_small", "dropout", "decay")},
        "shift_over_none": 100 * (accuracy["shift"] - accuracy["none"]),
        "shift_gain": 100 * (accuracy["shift"] - best),
    }


_OVERFIT = (
    said(
        "regularization.overfit.why",
        "at each of the three batch sizes, the mean test accuracy is lower with BN than without",
        mean("bn_gain", high=-0.001),
        mean("bn_small_gain", high=-0.001),
        mean("bn_large_gain", high=-0.001),
    ),
    said(
        "regularization.overfit.why",
        "BN with batches of 250 is below the first row in all five seeds",
        each("bn_large_below_first", high=-0.001),
    ),
    said("regularization.overfit.why", "the mean test loss of the BN arms is lower", mean("loss_gain", 0.001)),
    said(
        "regularization.confounded.why",
        "batches of 10 beat batches of 50 by about a point on average here",
        mean("small_gain", 0.2, 2),
    ),
    said("regularization.best.answer.bn_small", "here it brings almost nothing", mean("bn_small_over_none", -1, 1)),
    said(
        "regularization.best.answer.dropout",
        "On average it changes next to nothing here",
        mean("dropout_over_none", -1, 1),
    ),
    said("regularization.best.answer.decay", "It does almost nothing here", mean("decay_over_none", -1, 1)),
    *(
        said(
            f"regularization.best.answer.{arm}",
            "Shifting the images helps most, in every seed",
            each("shift_gain", 0.001),
        )
        for arm in ("bn_small", "dropout", "decay")
    ),
    said(
        "regularization.best.answer.shift",
        "Yes, by far, and in every seed",
        each("shift_gain", 0.001),
        mean("shift_gain", 1.5),
    ),
    said(
        "regularization.stage.steps.4.text",
        "does **not** beat plain training (orange) in mean accuracy, at any batch size",
        mean("bn_gain", high=-0.001),
        mean("bn_small_gain", high=-0.001),
        mean("bn_large_gain", high=-0.001),
    ),
    said(
        "regularization.stage.steps.4.text", "shifting the images does, in every seed", each("shift_over_none", 0.001)
    ),
    said("regularization.stage.steps.4.text", "BN's mean test loss is lower", mean("loss_gain", 0.001)),
)

_PUSHED = each("relu", 3.9, 10.1), each("tanh", 3.9, 10.1)

CHECKS: tuple[Check, ...] = (
    Check(
        "depth",
        depth,
        (
            said(
                "saturation.grows.answer.explodes",
                "Yes, about ten thousand times",
                each("relu_bn_growth", 7_000, 15_000),
            ),
            said("saturation.grows.answer.explodes", "by about a fifth per layer", each("relu_bn", 1.19, 1.23)),
            said(
                "saturation.grows.answer.same",
                "roughly what Kaiming weights give without it",
                each("relu_plain", 0.97, 1.03),
            ),
            said(
                "saturation.depth.note_tanh", "the gradient grows by about 10 % per layer", each("tanh_bn", 1.08, 1.12)
            ),
            said(
                "saturation.depth.note_tanh",
                "tanh loses little of the gradient without BN",
                each("tanh_plain", 0.94, 1),
            ),
            said(
                "saturation.depth.note_relu",
                "With skips but no BN it explodes even faster",
                each("relu_skip", 1.4),
                each("relu_bn", high=1.3),
            ),
        ),
    ),
    Check(
        "rates",
        rates,
        tuple(
            said(f"initialization.push.{key}", "4 to 10 times", *_PUSHED)
            for key in ("option.ten", "answer.none", "answer.two", "answer.hundred")
        ),
    ),
    Check(
        "pairs",
        pairs,
        (
            said(
                "misconceptions.rate.why",
                "in no recorded seed did the network learn at more rates with BN than without",
                each("more", high=0),
                mean("without", 1),
            ),
        ),
    ),
    Check(
        "scales",
        scales,
        (
            said(
                "initialization.start.why",
                "With BN nothing diverges over four orders of magnitude",
                *(each(f"{net}_{name}_diverged", 0, 0) for net in NETS for name in ("sgd", "adam")),
            ),
            said(
                "initialization.start.why",
                "At a = 100, training is far slower than at a = 1, even with Adam",
                *(each(f"{net}_{name}_slower", 3) for net in NETS for name in ("sgd", "adam")),
            ),
        ),
    ),
    Check("overfit", overfit, _OVERFIT),
)
