"""The weight of a layer as it is stored: to ask a parametrized module for its weight would change its state."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


def stored_weight(module: nn.Module) -> Tensor | None:
    """Return the weight of a layer; of a parametrized, normalized or pruned one, the tensor that is trained."""
    for name in ("weight", "weight_orig", "weight_v"):
        if (weight := module._parameters.get(name)) is not None:
            return weight
    parametrizations = module._modules.get("parametrizations")
    listed = None if parametrizations is None else parametrizations._modules.get("weight")
    if listed is None:
        return None
    originals = listed._parameters
    return originals.get("original", originals.get("original1"))


def gradient_norms(weights: Sequence[Tensor | None]) -> list[Tensor | None]:
    """Return the norm of each weight's gradient, still on its device; None without a weight or a gradient."""
    norms: list[Tensor | None] = []
    for weight in weights:
        gradient = None if weight is None else weight.grad
        readable = gradient is not None and gradient.layout == torch.strided and gradient.numel() > 0
        norms.append(torch.linalg.vector_norm(gradient.detach().float()) if readable and gradient is not None else None)
    return norms


def to_floats(values: Sequence[Tensor | None]) -> list[float]:
    """Return numbers of any device as floats, NaN for None; one transfer where they are on one device."""
    known = [value for value in values if value is not None]
    if not known:
        return [float("nan")] * len(values)
    device = known[0].device
    numbers = iter(torch.stack([value.to(device) for value in known]).tolist())
    return [float("nan") if value is None else float(next(numbers)) for value in values]
