"""The sentences of chapters on the statistics of batches: running, re-estimated, detached, with dropout, per map."""

from __future__ import annotations

from bnviz.chapters.convolution.feature_maps import mean_spread
from bnviz.chapters.convolution.real_maps import conv_outputs
from bnviz.chapters.inference.statistics_study import KINDS, measure
from bnviz.chapters.inference.trained_net import STEPS as NET_STEPS
from bnviz.chapters.inference.trained_net import shifted_data, trained_net
from bnviz.chapters.regularization.dropout_shift import STEPS as DROPOUT_STEPS
from bnviz.chapters.regularization.dropout_shift import dropout_shift
from bnviz.chapters.whitening.detached import train_with_and_without_detaching
from bnviz.words.sentence import Check, Measured, each, said


def early(seed: int, share: float) -> Measured:
    """Accuracy in evaluation mode after 30 updates with batches of 128, by the statistics used."""
    found = dict(zip(KINDS, measure((128,), (max(1, round(30 * share)),), (seed,))[0, 0, :, 0], strict=True))
    return {"moving": float(found["ema 0.01"]), "re-estimated": float(found["precise"])}


def bright(seed: int, share: float) -> Measured:
    """Share of the accuracy lost on brighter images (+0.5) that re-estimated statistics restore."""
    found = shifted_data(trained_net(max(1, round(NET_STEPS * share)), seed=seed), 0.5)
    intact = 0.0 if found.intact is None else found.intact
    lost = intact - found.degraded
    return {
        "lost": 100 * lost,
        "restored": (found.recalibrated - found.degraded) / lost if lost else 0.0,
        "one_class": float("nan") if found.one_class is None else found.one_class,
    }


def detached(seed: int, share: float) -> Measured:
    """Loss and norms after 300 updates, with the gradient outside the statistics over those with it through them."""
    outside, through = train_with_and_without_detaching(0.1, max(1, round(300 * share)), seed).arms
    return {
        "loss": float(outside.loss[-1] / through.loss[-1]),
        "weights": float(outside.weight_norm[-1] / through.weight_norm[-1]),
        "bias_outside": float(outside.bias_norm[-1]),
        "bias_through": float(through.bias_norm[-1]),
    }


def dropout(seed: int, share: float) -> Measured:
    """Points of accuracy that statistics without dropout give back, where much and where little is dropped."""
    steps = max(1, round(DROPOUT_STEPS * share))
    large, small = (dropout_shift(p, seed, steps) for p in (0.8, 0.2))
    return {
        "gain_large": 100 * (large.recalibrated - large.accuracy),
        "gain_small": 100 * (small.recalibrated - small.accuracy),
        "ratio_large": float(large.median.max()),
    }


def maps(seed: int, share: float) -> Measured:
    """How much less the mean of a map varies than that of an activation, first layer, batches of 64."""
    draws = max(10, round(400 * share))
    x = conv_outputs(1, seed)
    per_map, per_activation = (mean_spread(x, kind, (64,), draws, seed).exact[0] for kind in ("map", "activation"))
    return {"spread": float(per_map / per_activation)}


CHECKS: tuple[Check, ...] = (
    Check(
        "early",
        early,
        (
            said("inference.early.option.chance", "at chance, 10 %", each("moving", 0.08, 0.15)),
            said("inference.early.answer.chance", "the weights are good already", each("re-estimated", 0.75)),
            said("inference.early.answer.good", "The weights are good enough for that", each("re-estimated", 0.75)),
        ),
    ),
    Check(
        "bright",
        bright,
        (
            said("inference.bright.option.most", "nearly all", each("restored", 0.9, 1.1)),
            said("inference.bright.answer.part", "Here it is even more", each("restored", 0.6)),
            said("inference.bright.answer.most", "Right for this shift", each("restored", 0.9)),
        ),
    ),
    Check(
        "detached",
        detached,
        (
            said("whitening.net.why", "the loss falls more slowly", each("loss", 1.02)),
            said(
                "whitening.net.why",
                "Weights and biases grow for nothing",
                each("weights", 1.01),
                each("bias_outside", 0.1),
                each("bias_through", 0, 0.01),
            ),
        ),
    ),
    Check(
        "dropout",
        dropout,
        (
            said(
                "regularization.dropout.why",
                "repairs part of it where p is large; at small p there is little to repair",
                each("gain_large", 3),
                each("gain_small", -3, 3),
            ),
        ),
    ),
    Check(
        "maps",
        maps,
        (
            said("convolution.guess.option.tenth", "About a tenth", each("spread", 0.08, 0.15)),
            said("convolution.guess.answer.same", "Its spread is about a tenth", each("spread", 0.08, 0.15)),
            said(
                "convolution.guess.answer.formula", "the spread falls only to about a tenth", each("spread", 0.08, 0.15)
            ),
        ),
    ),
)
