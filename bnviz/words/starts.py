"""The sentences of the lab's scenes, and of its tour, in which six sigmoid layers start as suits sigmoids."""

from __future__ import annotations

from statistics import median

from bnviz.chapters.saturation.depth_sweep import depth_sweep
from bnviz.config import preset
from bnviz.words.sentence import Bound, Check, Measured, each, mean, said
from bnviz.words.watched import scene, watch


def sigmoid_start(seed: int, share: float) -> Measured:
    """The default net with weights four times larger: gradients at the start, accuracy after 100 and 1,000 updates."""
    start, early, late = watch(scene("sigmoid-start"), seed, (0, 100, 1000), share)
    return {
        "ratio": start.gradient_ratio(0),
        "kept": start.gradient_kept(0),
        "without_100": early.accuracy[0],
        "with_100": early.accuracy[1],
        "without_1000": late.accuracy[0],
        "with_1000": late.accuracy[1],
    }


def best_rates(seed: int, share: float) -> Measured:
    """The same net, each arm at its own learning rate, after 100, 1,000 and 2,000 updates.

    The last numbers are medians of three moments, because the accuracy dips now and then for a few steps.
    """
    moments = 100, 1000, 1980, 1990, 2000
    early, middle, *late = watch(scene("best-rates"), seed, moments, share, preset("best-rates").arms)
    return {
        "without_100": early.accuracy[0],
        "with_100": early.accuracy[1],
        "gap_1000": middle.gap(),
        "without_2000": median(moment.accuracy[0] for moment in late),
        "with_2000": median(moment.accuracy[1] for moment in late),
        "gap_2000": median(moment.gap() for moment in late),
    }


def started_depth(seed: int, share: float) -> Measured:
    """Untrained sigmoid layers with weights four times larger: factor per layer, and the gradient through fifty."""
    found = depth_sweep("sigmoid", (2, max(3, round(50 * share))), seed, scale=4)
    return {"factor": float(found.factor[0]), "deep": float(found.ratio[0, -1])}


EARLY: tuple[Bound, ...] = (each("with_100", 0.78, 0.91), each("without_100", 0, 0.55))
LATE: tuple[Bound, ...] = (each("with_1000", 0.9), each("without_1000", 0.9))

CHECKS: tuple[Check, ...] = (
    Check(
        "sigmoid-start",
        sigmoid_start,
        (
            said("scene.sigmoid-start.look", "starts at a few hundredths of the head’s", each("ratio", 0.015, 0.05)),
            said("scene.sigmoid-start.why", "that is about 0.6 of the gradient", each("kept", 0.55, 0.7)),
            said("scene.sigmoid-start.why", "at step 100 it is near 80 to 90 %, without BN below 55 %", *EARLY),
            said("scene.sigmoid-start.why", "by step 1,000 both are above 90 %", *LATE),
            said(
                "tour.8.text",
                "after 100, the network without BN is still below 55 %, and the one with BN near 80 to 90 %",
                *EARLY,
            ),
            said("tour.8.text", "by step 1,000 both are above 90 %", *LATE),
        ),
    ),
    Check(
        "best-rates",
        best_rates,
        (
            said(
                "scene.best-rates.look",
                "at step 100, the network with BN is above 70 %, the other below 40 %",
                each("with_100", 0.7),
                each("without_100", 0, 0.4),
            ),
            said(
                "scene.best-rates.look",
                "By step 2,000 both are above 90 %, apart from dips of a few steps",
                each("without_2000", 0.9),
                each("with_2000", 0.9),
            ),
            # The mean of five other seeds lies within these limits 95 times of 100 (prediction interval).
            said(
                "scene.best-rates.why",
                "BN is 1.0 points ahead at step 1,000 (99 % interval −0.8 to 2.9)",
                mean("gap_1000", -1.2, 3.2),
            ),
            said("scene.best-rates.why", "0.4 behind around step 2,000 (−1.6 to 0.9)", mean("gap_2000", -2.4, 1.5)),
        ),
    ),
    Check(
        "started-depth",
        started_depth,
        (
            said(
                "saturation.depth.scaled_sigmoid",
                "a sigmoid layer passes on about 0.6 and not all of the gradient",
                each("factor", 0.55, 0.67),
            ),
            said("saturation.depth.scaled_sigmoid", "fifty still let the gradient vanish", each("deep", 0, 1e-6)),
        ),
    ),
)
