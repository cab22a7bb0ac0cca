"""Random, filter-normalized directions (Li et al. 2018)."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd

Weights = Mapping[str, Tensor]
"""Parameters by name: a point in weight space, or a direction."""


def current_weights(net: nn.Module) -> dict[str, Tensor]:
    """Return copies, on the CPU, of all weights with two axes or more (no biases, no gamma and beta)."""
    return {
        name: p.detach().cpu().clone()
        for name, p in net.named_parameters()
        if p.dim() >= 2 and not _is_norm(net.get_submodule(name.rpartition(".")[0]))
    }


def _is_norm(module: nn.Module) -> bool:
    """Tell a normalization, whose gamma may have several axes (layer norm, per activation), from weights."""
    return hasattr(module, "eps") and not isinstance(module, (nn.Linear, _ConvNd))


def filter_normalized(direction: Tensor, weight: Tensor) -> Tensor:
    """Scale each filter of a direction to the norm of the weight's: d_j <- d_j / |d_j| * |w_j|.

    Args:
        direction: (n_out, ...). A filter is one index of the first axis: a row of a linear layer, or
            all input channels and places of the kernel for one output channel of a convolution.
        weight: of the same shape.

    Source: Li et al. 2018, sec. 4.
    """
    shape = (-1,) + (1,) * (weight.dim() - 1)
    norms = direction.flatten(1).norm(dim=1).clamp_min(torch.finfo(direction.dtype).tiny)
    factors: Tensor = weight.flatten(1).norm(dim=1) / norms
    return direction * factors.view(shape)


def random_plane(weights: Weights, seed: int) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Return two filter-normalized Gaussian directions; parameters with one axis stay where they are.

    Arms whose weights have the same names and shapes get the same Gaussian draws from the same seed.

    Args:
        weights: where the plane goes through; each filter's norm sets the scale.
        seed: of the draws.
    """
    generator = torch.Generator().manual_seed(seed)
    first, second = (
        {
            name: filter_normalized(torch.randn(weight.shape, generator=generator), weight)
            for name, weight in weights.items()
        }
        for _ in range(2)
    )
    return first, second
