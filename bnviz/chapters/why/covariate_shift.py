"""Internal covariate shift by Santurkar et al.: how updates of the layers below change a layer's gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from bnviz.array_types import Floats
from bnviz.config import InputError
from bnviz.training.pace import pause_point

Loss = Callable[[nn.Module], Tensor]
"""Takes a network and returns the loss of one fixed batch; it does not change the network's mode."""


@dataclass(frozen=True, slots=True)
class LayerPart:
    """One layer of a network, by the names of its parameters.

    Attributes:
        name: the name of the layer.
        weight: the name of W_i, whose gradient is measured.
        parameters: the names of all parameters of the layer: W_i, its bias, gamma and beta of its norm.
    """

    name: str
    weight: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class GradientShift:
    """The gradients G and G' of every layer at one step, compared.

    Attributes:
        names: (L,), names of the layers.
        l2: (L,), norm(G - G').
        norm: (L,), norm(G).
        cosine: (L,), <G, G'> / (norm(G) norm(G')); NaN where one of them is 0.
    """

    names: tuple[str, ...]
    l2: Floats
    norm: Floats
    cosine: Floats

    @property
    def relative(self) -> Floats:
        """Norm(G - G') / norm(G), (L,); NaN where G is 0."""
        return np.divide(self.l2, self.norm, out=np.full_like(self.l2, np.nan), where=self.norm > 0)


def gradient_shift(
    net: nn.Module, after: Mapping[str, Tensor], parts: Sequence[LayerPart], loss: Loss
) -> GradientShift:
    """Measure the internal covariate shift of every layer between two neighboring steps.

    ICS_i = norm(G_i - G'_i), where for a batch (x, y) and layers 1..k

    - G_i  = dL / dW_i at (W_1, ..., W_k), all at step t
    - G'_i = dL / dW_i at (W'_1, ..., W'_(i-1), W_i, ..., W_k), the layers below i already at step t + 1

    The first layer has no layer below it, so its shift is 0 by definition. Everything is computed on copies:
    weights, gradients, running statistics and random state of ``net`` do not change, and each gradient
    starts from the same random state, so noise and dropout are the same in G and G'. Batch normalization
    is in the mode of ``net``; in training mode it uses the statistics of the batch.

    Args:
        net: the network at step t, in training mode.
        after: the parameters at step t + 1 by name; names that are in no part are ignored.
        parts: the layers, first to last.
        loss: the loss of the batch of step t.

    Raises:
        InputError: a part names a parameter that does not exist.

    Source: Santurkar et al. 2018, definition 2.1; cosine and norm as in their figure 3. The quotient
    norm(G - G') / norm(G) is our addition, because the size of gradients differs between networks.
    """
    known = dict(net.named_parameters())
    for part in parts:
        for name in (part.weight, *part.parameters):
            if name not in known or name not in after:
                raise InputError(f"layer {part.name!r:.40} names the parameter {name!r:.80}, which is not there")
    now = gradients(net, tuple(part.weight for part in parts), loss)
    rows: list[tuple[float, float, float]] = []
    updated: dict[str, Tensor] = {}
    for number, part in enumerate(parts):
        before = now[number]
        shifted = before if number == 0 else gradients(net, (part.weight,), loss, updated)[0]
        rows.append(_compare(before, shifted))
        updated.update({name: after[name] for name in part.parameters})
    table = np.asarray(rows, np.float64).reshape(-1, 3).T
    return GradientShift(tuple(part.name for part in parts), table[0], table[1], table[2])


def gradients(
    net: nn.Module, names: Sequence[str], loss: Loss, values: Mapping[str, Tensor] | None = None
) -> tuple[Tensor, ...]:
    """Return the loss's gradients with respect to some parameters, computed on a copy.

    Args:
        net: the network, which does not change.
        names: names of the parameters.
        loss: called with the copy.
        values: parameters that replace those of ``net`` in the copy, by name.
    """
    copy = deepcopy(net)
    parameters = dict(copy.named_parameters())
    with torch.no_grad():
        for name, value in (values or {}).items():
            parameters[name].copy_(value)
    pause_point()
    return torch.autograd.grad(loss(copy), [parameters[name] for name in names])


def _compare(first: Tensor, second: Tensor) -> tuple[float, float, float]:
    """Return norm(first - second), norm(first) and the cosine, in float64: the difference may be tiny."""
    a, b = first.detach().double().flatten(), second.detach().double().flatten()
    sizes = float(a.norm()), float(b.norm())
    size = sizes[0] * sizes[1]
    return float((a - b).norm()), sizes[0], float(a @ b) / size if size > 0 else float("nan")
