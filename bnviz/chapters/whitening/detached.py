"""Section 2 of the paper on a real net: BN with detached statistics against BN."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from bnviz.chapters.whitening.bias_drift import GRADIENTS
from bnviz.chapters.whitening.results import DetachedStatsPair, DetachedStatsResult
from bnviz.config import InputError
from bnviz.data import load_dataset
from bnviz.progress import ProgressCallback, no_progress
from bnviz.training.pace import pause_point

WIDTH = 32
DEPTH = 3
BATCH = 60
EVERY = 10
"""Updates between two measurements."""

PROBE = 1000
MAX_STEPS = 600


class DetachedStatsNorm(nn.Module):
    """Batch normalization (B, D) with gamma and beta whose statistics can be detached from the gradient.

    Args:
        width: D.
        gradient: "through" mean and variance, or "outside": they are detached, so constants to the gradient.
        eps: added to the variance inside the root.
    """

    def __init__(self, width: int, gradient: str, eps: float = 1e-5) -> None:
        super().__init__()
        self.detached, self.eps = gradient == "outside", eps
        self.gamma, self.beta = nn.Parameter(torch.ones(width)), nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        """Normalize by the batch's own mean and biased variance."""
        mean, var = x.mean(0), x.var(0, correction=0)
        if self.detached:
            mean, var = mean.detach(), var.detach()
        return self.gamma * (x - mean) / torch.sqrt(var + self.eps) + self.beta


def train_with_and_without_detaching(
    lr: float, n_steps: int = 300, seed: int = 0, on_progress: ProgressCallback = no_progress
) -> DetachedStatsPair:
    """Train 784-32-32-32-10 tanh nets with BN on the bundled MNIST sample, by plain SGD, batch 60.

    Args:
        lr: learning rate, above 0.
        n_steps: updates, 1 to 600.
        seed: of start weights (Xavier) and batches; both nets get the same.
        on_progress: called with (updates done, updates in all) of both nets together.

    Source: Ioffe & Szegedy 2015, sec. 2.
    """
    if not (1 <= n_steps <= MAX_STEPS and 0 < lr <= 100):
        raise InputError(f"1 to {MAX_STEPS} steps and a rate in (0, 100] are accepted, got {n_steps}, {lr:g}")
    arms = []
    for number, gradient in enumerate(GRADIENTS):
        base = number * n_steps

        def on_step(done: int, base: int = base) -> None:
            on_progress(base + done, len(GRADIENTS) * n_steps)

        arms.append(_train(gradient, lr, n_steps, seed, on_step))
    return DetachedStatsPair(tuple(arms), lr, n_steps, seed)


def make_net(gradient: str, n_in: int, n_out: int, seed: int) -> nn.Sequential:
    """Return a net (B, n_in) to logits (B, n_out) whose hidden linear layers have biases."""
    generator = torch.Generator().manual_seed(seed)
    layers: list[nn.Module] = []
    for _ in range(DEPTH):
        layers += [_linear(n_in, WIDTH, generator), DetachedStatsNorm(WIDTH, gradient), nn.Tanh()]
        n_in = WIDTH
    return nn.Sequential(*layers, _linear(n_in, n_out, generator))


def _linear(n_in: int, n_out: int, generator: torch.Generator) -> nn.Linear:
    # Created on "meta", because torch's own initialization would use the global random state.
    layer = nn.Linear(n_in, n_out, device="meta").to_empty(device="cpu")
    nn.init.xavier_uniform_(layer.weight, generator=generator)
    nn.init.zeros_(layer.bias)
    return layer


def _train(gradient: str, lr: float, n_steps: int, seed: int, on_step: Callable[[int], None]) -> DetachedStatsResult:
    data = load_dataset("mnist")
    x, y = data.x_train.flatten(1), data.y_train
    net = make_net(gradient, x.shape[1], len(data.classes), seed)
    parameters = list(net.parameters())
    draw = torch.Generator().manual_seed(seed)
    rows: list[tuple[int, float, float, float]] = []
    diverged = None
    for step in range(n_steps + 1):
        if step % EVERY == 0 or step == n_steps:
            rows.append((step, *_observe(net, x[:PROBE], y[:PROBE])))
            on_step(step)
            if not math.isfinite(rows[-1][1]):
                diverged = step
                break
        chosen = torch.randint(len(x), (BATCH,), generator=draw)
        loss = nn.functional.cross_entropy(net(x[chosen]), y[chosen])
        pause_point()
        for each, slope in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
            each.data.sub_(slope, alpha=lr)
    kept = np.array(rows)
    return DetachedStatsResult(gradient, kept[:, 0].astype(np.int64), kept[:, 1], kept[:, 2], kept[:, 3], diverged)


def _observe(net: nn.Sequential, x: Tensor, y: Tensor) -> tuple[float, float, float]:
    hidden = [layer for layer in net if isinstance(layer, nn.Linear)][:-1]
    with torch.no_grad():
        loss = nn.functional.cross_entropy(net(x), y).item()
        weights = torch.cat([layer.weight.flatten() for layer in hidden]).norm().item()
        biases = torch.cat([layer.bias for layer in hidden]).norm().item()
    return loss, weights, biases
