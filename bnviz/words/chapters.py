"""The sentences of chapters on depth and initialization."""

from __future__ import annotations

from bnviz.chapters.initialization.recipes import NETS, NORMS, full_sweep
from bnviz.chapters.initialization.recipes import STEPS as SWEEP_STEPS
from bnviz.chapters.initialization.scale_sweep import run_sweep
from bnviz.chapters.initialization.usable import learned, outcomes, usable_factor
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
                mean("without", 0.5),
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
)
