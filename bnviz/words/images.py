"""The sentences of the lab's scenes with convolutional nets."""

from __future__ import annotations

from bnviz.words.sentence import Check, Measured
from bnviz.words.watched import scene, watch


def vgg11(seed: int, share: float) -> Measured:
    """VGG11 with an eighth of its channels on digits, after 100 and 600 updates."""
    early, late = watch(scene("vgg11"), seed, (100, 600), share)
    return {
        "without_100": early.accuracy[0],
        "with_100": early.accuracy[1],
        "without_600": late.accuracy[0],
        "with_600": late.accuracy[1],
        "gap_600": late.gap(),
    }


def resnet20(seed: int, share: float) -> Measured:
    """ResNet-20 with half of its channels on digits, after 300 updates; a diverged net counts as guessing."""
    (end,) = watch(scene("resnet20"), seed, (300,), share)
    return {"without": end.accuracy[0], "with": end.accuracy[1]}


CHECKS: tuple[Check, ...] = (Check("vgg11", vgg11, ()), Check("resnet20", resnet20, ()))
