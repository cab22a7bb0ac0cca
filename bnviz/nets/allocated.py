"""Layers whose own initialization is left out: it would change the global random state."""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import nn

Layer = TypeVar("Layer", bound=nn.Module)


def allocated(layer: Layer) -> Layer:
    """Give a layer that was made on "meta" memory on the CPU, whose values are to be set; returns the layer.

    Module.to_empty does the same by a function that, when first called, imports sympy: a third of a second, for which
    the first network of a server would wait.
    """
    for name, parameter in layer.named_parameters(recurse=False):
        empty = torch.empty(parameter.shape, dtype=parameter.dtype)
        setattr(layer, name, nn.Parameter(empty, requires_grad=parameter.requires_grad))
    return layer
