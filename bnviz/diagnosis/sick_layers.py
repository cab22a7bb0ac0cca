"""Sick nets with a wrong mode, flag, place or batch, each with its healthy twin."""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn

from bnviz.diagnosis.digit_nets import (
    WIDTHS,
    DigitNet,
    Loader,
    SickNet,
    built,
    digits,
    held_out,
    norm_of,
    sorted_by_class,
    train,
    trained,
)
from bnviz.diagnosis.reestimate import reestimate


def training_in_eval(seed: int) -> SickNet:
    """block2.bn was put back into training mode after eval(); the test images come sorted, 8 of one class at a time."""
    sick = trained(seed)
    sick.block2.bn.train()
    return SickNet("training-in-eval", sick, trained(seed), sorted_by_class(seed), "block2.bn")


def eval_in_training(seed: int) -> SickNet:
    """eval() after a validation at step 10 was never undone: 140 updates without one of the statistics."""
    sick, healthy = built(DigitNet, seed), built(DigitNet, seed)
    optimizer = train(sick, seed, steps=10)
    train(sick.eval(), seed + 1, steps=140, lr=0.003, optimizer=optimizer)
    own = train(healthy, seed)
    return SickNet("eval-in-training", sick, healthy.eval(), held_out(seed), optimizer=optimizer, healthy_optimizer=own)


def no_statistics(seed: int) -> SickNet:
    """block3.bn has track_running_stats=False, so evaluation in batches of 4 uses those 4."""
    sick = trained(seed)
    with_statistics = sick.block3.bn
    sick.block3.bn = nn.BatchNorm2d(WIDTHS[2], track_running_stats=False)
    sick.block3.bn.load_state_dict(with_statistics.state_dict(), strict=False)
    return SickNet("no-statistics", sick.eval(), trained(seed), held_out(seed, 4, 64), "block3.bn")


def tracking_instance(seed: int) -> SickNet:
    """InstanceNorm with track_running_stats=True; the twin leaves it off."""

    def norm(tracks: bool) -> Callable[[int], nn.Module]:
        return lambda width: nn.InstanceNorm2d(width, affine=True, track_running_stats=tracks)

    sick = built(lambda: DigitNet(norm(True)), seed)
    train(sick, seed)
    healthy = built(lambda: DigitNet(norm(False)), seed)
    healthy.load_state_dict(sick.state_dict(), strict=False)
    return SickNet("tracking-instance", sick.eval(), healthy.eval(), held_out(seed))


class PooledBranch(nn.Module):
    """Two branches, one of them on the average over all places: its BN sees one value per image and channel."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 3, stride=2, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(8)
        self.pooled = nn.Conv2d(8, 8, 1, bias=False)
        self.pooled_bn = nn.BatchNorm2d(8)
        self.head = nn.Linear(8 * 9 + 8, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (B, 10) of images (B, 1, 14, 14)."""
        maps = torch.relu(self.bn(self.conv(x)))
        pooled = torch.relu(self.pooled_bn(self.pooled(maps.mean((2, 3), keepdim=True))))
        places = nn.functional.adaptive_avg_pool2d(maps, 3).flatten(1)
        logits: Tensor = self.head(torch.cat([places, pooled.flatten(1)], 1))
        return logits


def few_values(seed: int) -> SickNet:
    """Training in batches of 2 with a branch on 1 x 1 maps: outputs of its BN are +1 and -1."""
    sick = built(PooledBranch, seed)
    train(sick, seed, batch=2, steps=500, lr=0.003)
    healthy = built(PooledBranch, seed)
    train(healthy, seed, lr=0.003)
    loader = held_out(seed, 2, 64)
    return SickNet("few-values", sick, healthy, loader, "pooled_bn", healthy_loader=held_out(seed))


class TwoChannels(nn.Module):
    """Normalizes its input, an image and a second channel, before a DigitNet-like encoder."""

    def __init__(self, second: Callable[[Tensor], Tensor] = torch.zeros_like) -> None:
        super().__init__()
        self.second = second
        self.bn = nn.BatchNorm2d(2)
        self.conv = nn.Conv2d(2, 12, 3, stride=2, padding=1)
        self.head = nn.Linear(12 * 9, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (B, 10) of images (B, 1, 14, 14)."""
        maps = torch.relu(self.conv(self.bn(torch.cat([x, self.second(x)], 1))))
        logits: Tensor = self.head(nn.functional.adaptive_avg_pool2d(maps, 3).flatten(1))
        return logits


def faint(x: Tensor) -> Tensor:
    """Return a faint signal, 5 % of the image mirrored."""
    return 0.05 * x.flip(3)


def constant_channel(seed: int) -> SickNet:
    """A channel that was always 0 in training carries a faint signal in evaluation: it is multiplied by 1/sqrt(eps)."""
    sick, healthy = built(TwoChannels, seed), built(lambda: TwoChannels(faint), seed)
    train(sick, seed)
    train(healthy, seed)
    sick.second = faint
    return SickNet("constant-channel", sick.eval(), healthy.eval(), held_out(seed), "bn", (1,))


def dead_channel(seed: int) -> SickNet:
    """Ten of 16 channels of block2.bn were pushed below 0 by one huge step: the rectifier lets nothing pass."""
    sick, dead = trained(seed), (0, 1, 3, 4, 6, 8, 9, 11, 13, 14)
    with torch.no_grad():
        norm_of(sick.block2).bias[list(dead)] = -20.0
    reestimate(sick, [digits()[0][:512]])
    return SickNet("dead-channel", sick, trained(seed), held_out(seed), "block2.bn", dead)


def epsilon_mismatch(seed: int) -> SickNet:
    """A net trained with Keras' epsilon of 0.001 on small inputs was ported with 1e-5."""
    healthy = built(lambda: FaintNet(1e-3), seed)
    train(healthy, seed)
    sick = built(lambda: FaintNet(1e-5), seed)
    sick.load_state_dict(healthy.state_dict())
    return SickNet(
        "epsilon-mismatch", sick.eval(), healthy.eval(), held_out(seed), reference=copy.deepcopy(healthy).eval()
    )


class FaintNet(DigitNet):
    """A DigitNet whose inputs are a hundredth of the image, so that epsilon is of the size of the variance."""

    def __init__(self, eps: float) -> None:
        super().__init__(lambda width: nn.BatchNorm2d(width, eps=eps))

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (B, 10) of images (B, 1, 14, 14)."""
        return super().forward(0.01 * x)


def useless_bias(seed: int) -> SickNet:
    """A bias in every convolution before BN."""
    sick = built(lambda: DigitNet(bias=True), seed)
    train(sick, seed, lr=0.003)
    return SickNet("useless-bias", sick.eval(), trained(seed), held_out(seed))


def decayed_gamma(seed: int) -> SickNet:
    """weight_decay over model.parameters() also pulls gamma and beta; the twin has two groups."""
    sick, healthy = trained(seed), trained(seed)
    norms = {id(p) for module in healthy.modules() if isinstance(module, nn.BatchNorm2d) for p in module.parameters()}
    groups = [
        {"params": [p for p in healthy.parameters() if id(p) not in norms], "weight_decay": 5e-4},
        {"params": [p for p in healthy.parameters() if id(p) in norms], "weight_decay": 0.0},
    ]
    return SickNet(
        "decayed-gamma", sick, healthy, held_out(seed),
        optimizer=torch.optim.SGD(sick.parameters(), lr=0.1, weight_decay=5e-4),
        healthy_optimizer=torch.optim.SGD(groups, lr=0.1),
    )  # fmt: skip


class Perceptron(nn.Module):
    """Two linear layers with BN over the batch alone, on the image averaged to 7 x 7."""

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.fc1 = nn.Linear(49, 64)
        self.drop = nn.Dropout(dropout)
        self.fc2 = nn.Linear(64, 64, bias=False)
        self.bn = nn.BatchNorm1d(64)
        self.head = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (B, 10) of images (B, 1, 14, 14)."""
        hidden = self.drop(torch.relu(self.fc1(nn.functional.avg_pool2d(x, 2).flatten(1))))
        logits: Tensor = self.head(torch.relu(self.bn(self.fc2(hidden))))
        return logits


def accumulated_batches(seed: int) -> SickNet:
    """Eight batches of 8 per update, where the twin has one of 64."""
    sick, healthy = built(Perceptron, seed), built(Perceptron, seed)
    optimizer = train(sick, seed, batch=8, accumulate=8, steps=80)
    own = train(healthy, seed, steps=80)
    return SickNet(
        "accumulated-batches", sick.eval(), healthy.eval(), held_out(seed, 8, 24), "bn", optimizer=optimizer,
        healthy_optimizer=own, healthy_loader=held_out(seed),
    )  # fmt: skip


class DroppedNet(DigitNet):
    """A DigitNet with dropout between its first and its second block."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Return logits (B, 10) of images (B, 1, 14, 14)."""
        maps = self.block3(self.block2(self.drop(self.block1(x))))
        logits: Tensor = self.head(nn.functional.adaptive_avg_pool2d(maps, 2).flatten(1))
        return logits


def dropout_before_bn(seed: int) -> SickNet:
    """Dropout at 0.8 before the second BN: the variance in training is more than twice that in evaluation."""
    sick = built(lambda: DroppedNet(0.8), seed)
    train(sick, seed, steps=200)
    return SickNet("dropout-before-bn", sick.eval(), trained(seed), held_out(seed), "block2.bn")


class BatchMoments(nn.Module):
    """Normalizes each channel over the batch with a function that does so in evaluation too."""

    def __init__(self, like: nn.BatchNorm2d) -> None:
        super().__init__()
        self.scale, self.shift = like.weight, like.bias

    def forward(self, x: Tensor) -> Tensor:
        """Return scale * (x - mean) / sqrt(var + eps) + shift, over batch and places."""
        return nn.functional.batch_norm(x, None, None, self.scale, self.shift, training=True)


def order_dependent(seed: int) -> SickNet:
    """block2 normalizes with a function that always uses the batch; the test images come sorted by class."""
    sick = trained(seed)
    sick.block2.bn = BatchMoments(norm_of(sick.block2))
    return SickNet("order-dependent", sick.eval(), trained(seed), sorted_by_class(seed), "block2.bn")


def overflow(seed: int) -> SickNet:
    """A half-precision BN on a table whose second column has a variance of about 40,000."""
    generator = torch.Generator().manual_seed(seed)
    scale = torch.tensor([1.0, 200.0, 2.0])
    table = torch.randn(512, 3, generator=generator) * scale
    labels = (table[:, 0] > 0).long()

    def net(dtype: torch.dtype) -> nn.Module:
        norm = nn.BatchNorm1d(3, momentum=None)
        norm(table)
        return nn.Sequential(norm, built(lambda: nn.Linear(3, 2), seed)).to(dtype).eval()

    loader: Loader = list(zip(torch.split(table, 64), torch.split(labels, 64), strict=True))
    return SickNet("overflow", net(torch.float16), net(torch.float32), loader, "0", (1,))
