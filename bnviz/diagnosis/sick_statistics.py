"""Sick nets whose running statistics are wrong, each with its healthy twin."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from bnviz.diagnosis.digit_nets import (
    DEVIATION,
    MEAN,
    DigitNet,
    SickNet,
    built,
    digits,
    held_out,
    norm_of,
    train,
    trained,
)


def statistics_of(norm: nn.Module) -> tuple[Tensor, Tensor]:
    """Return the running mean and variance of a layer, as they are in it."""
    mean, var = norm.running_mean, norm.running_var
    assert isinstance(mean, Tensor)
    assert isinstance(var, Tensor)
    return mean, var


def not_finite(seed: int) -> SickNet:
    """NaN in two channels of block2.bn, as one overflow under AMP leaves it."""
    sick = trained(seed)
    mean, var = statistics_of(sick.block2.bn)
    var[[3, 7]] = torch.nan
    mean[3] = torch.nan
    return SickNet("not-finite", sick, trained(seed), held_out(seed), "block2.bn", (3, 7))


def stale_statistics(seed: int) -> SickNet:
    """block2.bn was trained with a momentum of 0.001: 150 updates leave 86 % of the initial 0 and 1."""
    sick = built(DigitNet, seed)
    norm_of(sick.block2).momentum = 0.001
    train(sick, seed)
    return SickNet("stale-statistics", sick.eval(), trained(seed), held_out(seed), "block2.bn")


def never_updated(seed: int) -> SickNet:
    """A checkpoint was loaded without the buffers of block3.bn; strict=False hid that."""
    healthy = trained(seed)
    statistics = ("running_mean", "running_var", "num_batches_tracked")
    lost = {f"block3.bn.{name}" for name in statistics}
    state = {name: value for name, value in healthy.state_dict().items() if name not in lost}
    sick = built(DigitNet, seed)
    sick.load_state_dict(state, strict=False)
    return SickNet("never-updated", sick.eval(), healthy, held_out(seed), "block3.bn")


def wrong_channels(seed: int) -> SickNet:
    """Five channels of block2.bn have changed places in its running statistics, as after a port by name and order."""
    sick = trained(seed)
    mean, var = statistics_of(sick.block2.bn)
    moved = (mean / var.sqrt()).argsort()[[0, 4, 8, 11, 15]]  # channels that differ, so that the places matter
    for values in (mean, var):
        values[moved] = values[moved.roll(1)]
    channels = tuple(sorted(moved.tolist()))
    return SickNet("wrong-channels", sick, trained(seed), held_out(seed), "block2.bn", channels)


def other_data(seed: int) -> SickNet:
    """Forward passes in training mode on images that were not standardized: a second loader without preprocessing."""
    sick = trained(seed).train()
    x = digits()[0] * DEVIATION + MEAN
    with torch.no_grad():
        for start in range(0, 64 * 40, 64):
            sick(x[start : start + 64])
    return SickNet("other-data", sick.eval(), trained(seed), held_out(seed))


class TwoViews(nn.Module):
    """A net that runs one encoder on an image and on its dim negative; each has a BN of its own, or one for both."""

    def __init__(self, shared: bool) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 12, 3, stride=2, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(12)
        self.bn2 = self.bn if shared else nn.BatchNorm2d(12)
        self.head = nn.Linear(2 * 12 * 9, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (B, 10) of images (B, 1, 14, 14)."""
        first = torch.relu(self.bn(self.conv(x)))
        second = torch.relu(self.bn2(self.conv(1.5 - 0.4 * x)))
        maps = torch.cat([nn.functional.adaptive_avg_pool2d(each, 3).flatten(1) for each in (first, second)], 1)
        logits: Tensor = self.head(maps)
        return logits


def called_apart(seed: int) -> SickNet:
    """A Siamese encoder with one BN for two kinds of input; the twin has one for each."""
    sick, healthy = built(lambda: TwoViews(True), seed), built(lambda: TwoViews(False), seed)
    train(sick, seed)
    train(healthy, seed)
    return SickNet("called-apart", sick.eval(), healthy.eval(), held_out(seed), "bn")


def missing_buffers(seed: int) -> SickNet:
    """An average over parameters() only: a teacher that follows its student, without the buffers."""
    student = built(DigitNet, seed)
    sick = copy.deepcopy(student)

    def follow() -> None:
        with torch.no_grad():
            for own, other in zip(sick.parameters(), student.parameters(), strict=True):
                own.lerp_(other, 0.1)

    train(student, seed, after_step=follow)
    healthy = copy.deepcopy(sick)
    for own, other in zip(healthy.buffers(), student.buffers(), strict=True):
        own.copy_(other)
    return SickNet("missing-buffers", sick.eval(), healthy.eval(), held_out(seed), reference=student.eval())


def momentum_convention(seed: int) -> SickNet:
    """Momentum 0.99, as Keras means it, and batches of 4: evaluation uses the statistics of the last 4 images."""
    sick, healthy = built(lambda: with_momentum(0.99), seed), built(lambda: with_momentum(0.1), seed)
    train(sick, seed, batch=4, steps=300, lr=0.003)
    train(healthy, seed, batch=4, steps=300, lr=0.003)
    return SickNet("momentum-convention", sick.eval(), healthy.eval(), held_out(seed))


def with_momentum(momentum: float) -> DigitNet:
    """Return a DigitNet with a momentum."""
    return DigitNet(lambda width: nn.BatchNorm2d(width, momentum=momentum))
