"""The sentences of the lab's scenes with convolutional nets."""

from __future__ import annotations

from bnviz.words.sentence import Check, Measured, each, mean, said
from bnviz.words.watched import scene, watch


def vgg11(seed: int, share: float) -> Measured:
    """VGG11 with an eighth of its channels on digits, after 100 and 600 updates."""
    early, late = watch(scene("vgg11"), seed, (100, 600), share)
    return {
        "without_100": early.accuracy[0],
        "with_100": early.accuracy[1],
        "gap_100": early.gap(),
        "without_600": late.accuracy[0],
        "with_600": late.accuracy[1],
        "gap_600": late.gap(),
    }


def resnet20(seed: int, share: float) -> Measured:
    """ResNet-20 with half of its channels on digits, after 300 updates; a diverged net counts as guessing."""
    (end,) = watch(scene("resnet20"), seed, (300,), share)
    return {"without": end.accuracy[0], "with": end.accuracy[1]}


CHECKS: tuple[Check, ...] = (
    Check(
        "vgg11",
        vgg11,
        (
            said(
                "scene.vgg11.look",
                "at step 100, the network with BN is above 90 %, the one without mostly at 68 to 90 %",
                each("with_100", 0.9),
                mean("without_100", 0.68, 0.9),
            ),
            said("scene.vgg11.look", "By step 600 they are within about four points", each("gap_600", -4.5, 4.5)),
            said("scene.vgg11.title", "BN gets there first", each("gap_100", 1)),
        ),
    ),
    Check(
        "resnet20",
        resnet20,
        (
            said(
                "scene.resnet20.look",
                "With BN, it is somewhere between 60 and 93 % at step 300",
                each("with", 0.58, 0.94),
            ),
            said(
                "scene.resnet20.look",
                "at this learning rate, it is still at 10 to 30 %, or it has diverged",
                each("without", 0.09, 0.31),
            ),
        ),
    ),
)
