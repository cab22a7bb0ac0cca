"""The deep linear net of Santurkar et al., with and without batch normalization."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from itertools import repeat

import torch
from torch import Tensor, nn

from bnviz.chapters.why.probed_run import ProbeResults, Subject, capture_run
from bnviz.chapters.why.smoothness import step_lengths
from bnviz.norms import BatchNorm

LAYERS, WIDTH, SAMPLES = 25, 10, 1000
FACTORS = (0.01, 30.0)
"""Step lengths of the walk in units of the rate (appendix A.2.2, for the deep linear net)."""


def deep_linear_net(norm: str, seed: int, layers: int = LAYERS, width: int = WIDTH) -> nn.Sequential:
    """Return W_k ... W_1 as a net without nonlinearities: (B, width) to (B, width).

    Glorot-uniform weights, no biases. With norm "batch" every layer but the last is followed by batch
    normalization. Where it stands is our choice; the paper does not say. Weights of one seed are the same
    with and without.

    Args:
        norm: "none" or "batch".
        seed: of the weights.
        layers: k.
        width: of every layer.

    Source: Santurkar et al. 2018, appendix A.
    """
    random = torch.Generator().manual_seed(seed)
    children: OrderedDict[str, nn.Module] = OrderedDict()
    for number in range(1, layers + 1):
        layer = nn.Linear(width, width, bias=False, device="meta").to_empty(device="cpu")
        with torch.no_grad():
            spread = math.sqrt(6 / (2 * width))
            layer.weight.copy_((2 * torch.rand(width, width, generator=random) - 1) * spread)
        if number == layers:
            children["head"] = layer
            break
        children[f"linear{number}"] = layer
        if norm == "batch":
            children[f"norm{number}"] = BatchNorm(width)
        children[f"activation{number}"] = nn.Identity()
    return nn.Sequential(children)


def regression(seed: int, samples: int = SAMPLES, width: int = WIDTH) -> tuple[Tensor, Tensor]:
    """Draw x (samples, width) and y = A x, all entries of x and A from N(0, 1)."""
    random = torch.Generator().manual_seed(10_000 + seed)
    x = torch.randn(samples, width, generator=random)
    a = torch.randn(width, width, generator=random)
    return x, x @ a.T


def linear_captures(
    norm: str, seed: int, lr: float, times: tuple[int, ...], told: Callable[[], object] = lambda: None
) -> ProbeResults:
    """Train the deep linear net by gradient descent on the whole batch and measure at the given steps.

    L = sum over samples of |W_k ... W_1 x - A x|^2, the sum and not the mean: the paper's rates of 1e-6 and
    1e-7 move nothing otherwise.

    Args:
        norm: "none" or "batch".
        seed: of weights and data.
        lr: rate of plain gradient descent.
        times: as ``capture_run`` takes them.
        told: called after each measurement.
    """
    net = deep_linear_net(norm, seed)
    x, y = regression(seed)

    def loss(n: nn.Module) -> Tensor:
        gap: Tensor = n(x) - y
        return gap.square().sum()

    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    subject = Subject(net, optimizer, repeat(loss), x, step_lengths(lr, factors=FACTORS))
    return capture_run(subject, times, told)
