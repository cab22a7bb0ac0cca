"""Initial weights from explicit seeds, so that twins share their draws."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from bnviz.config import LEAKY_SLOPE, RunConfig

GAINS: dict[str, float] = {
    "sigmoid": 1.0,
    "tanh": 5 / 3,
    "relu": math.sqrt(2),
    "leaky_relu": math.sqrt(2 / (1 + LEAKY_SLOPE**2)),
    "gelu": math.sqrt(2),  # torch defines no gain for gelu, which is close to relu
    "identity": 1.0,
}
"""Gain of a nonlinearity in Kaiming initialization (torch.nn.init.calculate_gain)."""


def weight_spread(config: RunConfig, n_in: int, n_out: int) -> float:
    """Return the factor on the base draw of a weight, without init_scale.

    - xavier: half-width of the uniform distribution, sqrt(6 / (n_in + n_out)) (Glorot & Bengio 2010)
    - kaiming: standard deviation, gain / sqrt(n_in) (He et al. 2015)
    - normal: standard deviation, init_std

    Args:
        config: the recipe, with the distribution and the nonlinearity.
        n_in: fan-in: inputs of one unit; of a convolution, input channels times entries of the kernel.
        n_out: fan-out: outputs; of a convolution, output channels times entries of the kernel.
    """
    if config.init == "xavier":
        spread = math.sqrt(6 / (n_in + n_out))
    elif config.init == "kaiming":
        spread = GAINS[config.activation] / math.sqrt(n_in)
    else:
        spread = config.init_std
    return spread


def initial_weight(
    config: RunConfig, n_in: int, n_out: int, seed: int, scale: float, kernel: tuple[int, ...] = ()
) -> Tensor:
    """Return the initial weight (n_out, n_in, *kernel) of one layer times scale, drawn from its own seed.

    The base draw (uniform on [-1, 1] for xavier, else standard normal) depends only on seed and shape, so the
    weights of twins that differ in scale, activation or norm differ at most by a factor.
    """
    generator = torch.Generator().manual_seed(seed)
    base = torch.empty(n_out, n_in, *kernel)
    if config.init == "xavier":
        base.uniform_(-1, 1, generator=generator)
    else:
        base.normal_(generator=generator)
    entries = math.prod(kernel)
    return base.mul_(scale * weight_spread(config, n_in * entries, n_out * entries))
