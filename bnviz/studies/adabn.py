"""Shifted test images: statistics of the training images against those of the shifted ones (AdaBN)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor
from torch.nn import functional as F

from bnviz.studies.files import significant
from bnviz.studies.records import Arm, Expectation
from bnviz.studies.statistics import running_norms, statistics_of
from bnviz.studies.study import ExtraMetrics, PostTrainingHook, Study, TrainedUnit
from bnviz.studies.vgg11 import NARROW
from bnviz.training.evaluate import loss_and_accuracy

BRIGHTER, FLATTER, BLUR_SD = 0.3, 0.3, 1.0
FEW_CLASSES = 2


def brighter(images: Tensor) -> Tensor:
    """Add 0.3 to every pixel of (N, C, H, W) in 0..1, and clip."""
    return (images + BRIGHTER).clamp(0, 1)


def flatter(images: Tensor) -> Tensor:
    """Bring every pixel of (N, C, H, W) to 0.3 of its distance from its image's mean."""
    mean = images.mean((1, 2, 3), keepdim=True)
    return mean + FLATTER * (images - mean)


def blurred(images: Tensor) -> Tensor:
    """Blur (N, C, H, W) by a Gaussian of one pixel, over 5 x 5 pixels, edges repeated."""
    offsets = torch.arange(-2.0, 3.0, device=images.device)
    line = torch.exp(-(offsets**2) / (2 * BLUR_SD**2))
    kernel = torch.outer(line, line) / line.sum() ** 2
    channels = images.shape[1]
    weight = kernel.expand(channels, 1, 5, 5)
    return F.conv2d(F.pad(images, (2, 2, 2, 2), mode="replicate"), weight, groups=channels)


SHIFTS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "clean": lambda images: images,
    "bright": brighter,
    "contrast": flatter,
    "blur": blurred,
}


def measure_shifted_images(trained: TrainedUnit) -> ExtraMetrics:
    """Test on shifted images, by the statistics of training, of all shifted images, and of two classes only.

    Returns:
        Accuracies ``<shift>.source``, ``<shift>.target`` and ``<shift>.unbalanced``; the last two only of
        nets that keep running statistics.
    """
    net, y = trained.twin.net, trained.y_test
    extras: dict[str, float] = {}
    few = y < FEW_CLASSES
    for name, shift in SHIFTS.items():
        x = shift(trained.x_test.view(-1, *trained.dataset.input_shape)).flatten(1)
        extras[f"{name}.source"] = loss_and_accuracy(net, x, y)[1]
        if not running_norms(net):
            continue
        for which, seen in (("target", x), ("unbalanced", x[few])):
            with statistics_of(net, seen):
                extras[f"{name}.{which}"] = loss_and_accuracy(net, x, y)[1]
    return ExtraMetrics({name: significant(value) for name, value in extras.items()})


ADABN = Study(
    name="adabn",
    base=NARROW,
    arms=(
        Arm("none", (("norm", "none"), ("lr", 0.05))),
        Arm("layer", (("norm", "layer"),)),
        Arm("batch", (("norm", "batch"),)),
    ),
    steps=1000,
    threshold=0.5,
    evaluations=20,
    hook=PostTrainingHook("with_shifted_images", measure_shifted_images),
    expected=tuple(
        expectation
        for shift in ("bright", "contrast", "blur")
        for expectation in (
            Expectation("batch", "batch", "extra:clean.source", f"extra:{shift}.source"),
            Expectation("batch", "batch", f"extra:{shift}.target", f"extra:{shift}.source"),
            Expectation("batch", "batch", f"extra:{shift}.target", f"extra:{shift}.unbalanced"),
        )
    ),
)
