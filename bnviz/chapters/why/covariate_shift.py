"""Internal covariate shift as Santurkar et al. define it: what the layers below do to a layer's gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from bnviz.array_types import Floats
from bnviz.config import InputError

Loss = Callable[[nn.Module], Tensor]
"""Takes a network and returns the loss of one fixed batch; it leaves the network's mode as it is."""


@dataclass(frozen=True, slots=True)
class LayerPart:
    """One layer of a net, by the names of its parameters.

    Attributes:
        name: of the layer.
        weight: of the parameter whose gradient is looked at, W_i.
        parameters: all that the layer's update moves: W_i, its bias, gamma and beta of its norm.
    """

    name: str
    weight: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class GradientShift:
    """G and G' of every layer at one step.

    Attributes:
        names: (L,), of the layers.
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

    The first layer has none below it, so its shift is 0 by definition. All is computed on copies: neither
    weights nor gradients nor running statistics nor the random state of ``net`` change, and each gradient
    starts from the same random state, so that what is random (noise, dropout) is the same in G and G'.
    Batch normalization works as the copied mode says; in training mode it takes the batch's own statistics.

    Args:
        net: at step t, in training mode.
        after: the parameters of step t + 1 by name; names that are in no part are ignored.
        parts: the layers, first to last.
        loss: of the batch of step t.

    Raises:
        InputError: a part names a parameter that is not there.

    Source: Santurkar et al. 2018, definition 2.1; cosine and the norm as in their figure 3. The quotient
    norm(G - G') / norm(G) is ours: the size of gradients differs between networks.
    """
    known = dict(net.named_parameters())
    for part in parts:
        for name in (part.weight, *part.parameters):
            if name not in known or name not in after:
                raise InputError(f"layer {part.name!r:.40} names the parameter {name!r:.80}, which is not there")
    now = gradients(net, tuple(part.weight for part in parts), loss)
    rows: list[tuple[float, float, float]] = []
    moved: dict[str, Tensor] = {}
    for number, part in enumerate(parts):
        before = now[number]
        shifted = before if number == 0 else gradients(net, (part.weight,), loss, moved)[0]
        rows.append(_compare(before, shifted))
        moved.update({name: after[name] for name in part.parameters})
    table = np.asarray(rows, np.float64).reshape(-1, 3).T
    return GradientShift(tuple(part.name for part in parts), table[0], table[1], table[2])


def gradients(
    net: nn.Module, names: Sequence[str], loss: Loss, values: Mapping[str, Tensor] | None = None
) -> tuple[Tensor, ...]:
    """Return the loss's gradients with respect to some parameters, computed on a copy.

    Args:
        net: left as it is.
        names: of the parameters.
        loss: called with the copy.
        values: parameters that the copy has otherwise than ``net``, by name.
    """
    copy = deepcopy(net)
    parameters = dict(copy.named_parameters())
    with torch.no_grad():
        for name, value in (values or {}).items():
            parameters[name].copy_(value)
    return torch.autograd.grad(loss(copy), [parameters[name] for name in names])


def _compare(first: Tensor, second: Tensor) -> tuple[float, float, float]:
    """Return norm(first - second), norm(first) and the cosine, in float64: the difference may be tiny."""
    a, b = first.detach().double().flatten(), second.detach().double().flatten()
    sizes = float(a.norm()), float(b.norm())
    size = sizes[0] * sizes[1]
    return float((a - b).norm()), sizes[0], float(a @ b) / size if size > 0 else float("nan")
