"""The deep linear network of Santurkar et al., with and without batch normalization."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from itertools import repeat

import torch
from torch import Tensor, nn

from bnviz.chapters.why.probed_run import ProbeResults, Subject, probe_run
from bnviz.chapters.why.smoothness import step_lengths
from bnviz.norms import BatchNorm

LAYERS, WIDTH, SAMPLES = 25, 10, 1000
FACTORS = (0.01, 30.0)
"""First and last step length of the walk, in units of the learning rate (appendix A.2.2)."""


def deep_linear_net(norm: str, seed: int, layers: int = LAYERS, width: int = WIDTH) -> nn.Sequential:
    """Return W_k ... W_1 as a network without nonlinearities: (B, width) to (B, width).

    The weights are Glorot-uniform, and there are no biases. With norm "batch" every layer but the last is
    followed by batch normalization; this position is our choice, because the paper does not state it. The
    weights of one seed are the same with and without BN.

    Args:
        norm: "none" or "batch".
        seed: seed of the weights.
        layers: number of layers k.
        width: width of every layer.

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


def regression(seed: int, n_samples: int = SAMPLES, width: int = WIDTH) -> tuple[Tensor, Tensor]:
    """Draw x, (n_samples, width), and y = A x; all entries of x and A are from N(0, 1)."""
    random = torch.Generator().manual_seed(10_000 + seed)
    x = torch.randn(n_samples, width, generator=random)
    a = torch.randn(width, width, generator=random)
    return x, x @ a.T


def probe_linear_net(
    norm: str, seed: int, lr: float, steps: tuple[int, ...], on_measured: Callable[[], object] = lambda: None
) -> ProbeResults:
    """Train the deep linear network by gradient descent on all samples and measure at the given steps.

    L = sum over samples of |W_k ... W_1 x - A x|^2. It is the sum, because with the mean the paper's rates of
    1e-6 and 1e-7 would change nothing.

    Args:
        norm: "none" or "batch".
        seed: seed of weights and data.
        lr: learning rate of gradient descent.
        steps: steps that are measured, see ``probe_run``.
        on_measured: called after each measurement.
    """
    net = deep_linear_net(norm, seed)
    x, y = regression(seed)

    def loss(net: nn.Module) -> Tensor:
        residual: Tensor = net(x) - y
        return residual.square().sum()

    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    subject = Subject(net, optimizer, repeat(loss), x, step_lengths(lr, factors=FACTORS))
    return probe_run(subject, steps, on_measured)
