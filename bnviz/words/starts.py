"""The sentences of the lab's scenes, and of its tour, in which six sigmoid layers start as suits sigmoids."""

from __future__ import annotations

from bnviz.words.sentence import Bound, Check, Measured, each, said
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


EARLY: tuple[Bound, ...] = (each("with_100", 0.78, 0.91), each("without_100", 0.14, 0.56))
LATE: tuple[Bound, ...] = (each("with_1000", 0.9), each("without_1000", 0.9))

CHECKS: tuple[Check, ...] = (
    Check(
        "sigmoid-start",
        sigmoid_start,
        (
            said("scene.sigmoid-start.look", "starts at a few hundredths of the head’s", each("ratio", 0.015, 0.05)),
            said("scene.sigmoid-start.why", "that is about 0.6 of the gradient", each("kept", 0.55, 0.7)),
            said(
                "scene.sigmoid-start.why", "at step 100 it is near 80 to 90 %, without BN between 15 and 55 %", *EARLY
            ),
            said("scene.sigmoid-start.why", "by step 1,000 both are above 90 %", *LATE),
            said("tour.8.text", "is somewhere between 15 and 55 %, and the one with BN near 80 to 90 %", *EARLY),
            said("tour.8.text", "by step 1,000 both are above 90 %", *LATE),
        ),
    ),
)
