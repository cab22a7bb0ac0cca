"""Section 2 of the paper on a real net: BN's statistics outside the gradient, against through it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from bnviz.array_types import Floats
from bnviz.chapters.whitening.bias_drift import GRADIENTS
from bnviz.config import InputError
from bnviz.data import load_dataset

WIDTH = 32
DEPTH = 3
BATCH = 60
EVERY = 10
PROBE = 1000
MOST_STEPS = 600


class DetachableNorm(nn.Module):
    """Batch normalization (B, D) with gamma and beta whose statistics may be hidden from the gradient.

    Args:
        width: D.
        gradient: "through" mean and variance, or "outside": they are constants to the gradient.
        eps: added to the variance inside the root.
    """

    def __init__(self, width: int, gradient: str, eps: float = 1e-5) -> None:
        super().__init__()
        self.outside, self.eps = gradient == "outside", eps
        self.gamma, self.beta = nn.Parameter(torch.ones(width)), nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        """Normalize by the batch's own mean and biased variance."""
        mean, var = x.mean(0), x.var(0, correction=0)
        if self.outside:
            mean, var = mean.detach(), var.detach()
        return self.gamma * (x - mean) / torch.sqrt(var + self.eps) + self.beta


@dataclass(frozen=True, slots=True, eq=False)
class OutsideArm:
    """One net's training.

    Attributes:
        gradient: "outside" or "through".
        step: (n,), updates made.
        loss: (n,), cross-entropy in nats of 1,000 training images, statistics of these images.
        weight_norm: (n,), Euclidean norm of all hidden weights.
        bias_norm: (n,), Euclidean norm of all hidden biases.
        diverged_at: step at which the loss was no longer finite, or None.
    """

    gradient: str
    step: npt.NDArray[np.int64]
    loss: Floats
    weight_norm: Floats
    bias_norm: Floats
    diverged_at: int | None


@dataclass(frozen=True, slots=True, eq=False)
class OutsideResult:
    """Both nets, started from the same weights and fed the same batches.

    Attributes:
        arms: "outside" first, then "through".
        lr: learning rate of SGD.
        steps: updates asked for.
        seed: of start weights and batches.
    """

    arms: tuple[OutsideArm, ...]
    lr: float
    steps: int
    seed: int


def train_outside(
    lr: float, steps: int = 300, seed: int = 0, progress: Callable[[int, int], None] = lambda done, total: None
) -> OutsideResult:
    """Train 784-32-32-32-10 tanh nets with BN on the bundled MNIST sample, by plain SGD, batch 60.

    Args:
        lr: learning rate, above 0.
        steps: updates, 1 to 600.
        seed: of start weights (Xavier) and batches; both nets get the same.
        progress: told (updates done, updates in all) of both nets together.

    Source: Ioffe & Szegedy 2015, sec. 2.
    """
    if not (1 <= steps <= MOST_STEPS and 0 < lr <= 100):
        raise InputError(f"1 to {MOST_STEPS} steps and a rate in (0, 100] are accepted, got {steps}, {lr:g}")
    arms = []
    for number, gradient in enumerate(GRADIENTS):
        base = number * steps

        def tell(done: int, base: int = base) -> None:
            progress(base + done, len(GRADIENTS) * steps)

        arms.append(_train(gradient, lr, steps, seed, tell))
    return OutsideResult(tuple(arms), lr, steps, seed)


def make_net(gradient: str, n_in: int, n_out: int, seed: int) -> nn.Sequential:
    """Return the net: (B, n_in) to logits (B, n_out); hidden linear layers keep their biases."""
    generator = torch.Generator().manual_seed(seed)
    layers: list[nn.Module] = []
    for _ in range(DEPTH):
        layers += [_linear(n_in, WIDTH, generator), DetachableNorm(WIDTH, gradient), nn.Tanh()]
        n_in = WIDTH
    return nn.Sequential(*layers, _linear(n_in, n_out, generator))


def _linear(n_in: int, n_out: int, generator: torch.Generator) -> nn.Linear:
    # Made on "meta": torch's own draw would touch the global random state.
    layer = nn.Linear(n_in, n_out, device="meta").to_empty(device="cpu")
    nn.init.xavier_uniform_(layer.weight, generator=generator)
    nn.init.zeros_(layer.bias)
    return layer


def _train(gradient: str, lr: float, steps: int, seed: int, tell: Callable[[int], None]) -> OutsideArm:
    data = load_dataset("mnist")
    x, y = data.x_train.flatten(1), data.y_train
    net = make_net(gradient, x.shape[1], len(data.classes), seed)
    parameters = list(net.parameters())
    draw = torch.Generator().manual_seed(seed)
    rows: list[tuple[int, float, float, float]] = []
    diverged = None
    for step in range(steps + 1):
        if step % EVERY == 0 or step == steps:
            rows.append((step, *_observe(net, x[:PROBE], y[:PROBE])))
            tell(step)
            if not math.isfinite(rows[-1][1]):
                diverged = step
                break
        chosen = torch.randint(len(x), (BATCH,), generator=draw)
        loss = nn.functional.cross_entropy(net(x[chosen]), y[chosen])
        for each, slope in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
            each.data.sub_(slope, alpha=lr)
    kept = np.array(rows)
    return OutsideArm(gradient, kept[:, 0].astype(np.int64), kept[:, 1], kept[:, 2], kept[:, 3], diverged)


def _observe(net: nn.Sequential, x: Tensor, y: Tensor) -> tuple[float, float, float]:
    hidden = [layer for layer in net if isinstance(layer, nn.Linear)][:-1]
    with torch.no_grad():
        loss = nn.functional.cross_entropy(net(x), y).item()
        weights = torch.cat([layer.weight.flatten() for layer in hidden]).norm().item()
        biases = torch.cat([layer.bias for layer in hidden]).norm().item()
    return loss, weights, biases
