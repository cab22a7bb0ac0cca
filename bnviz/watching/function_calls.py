"""Arguments of the normalizations of torch, called as modules or as functions, in one form."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from bnviz.watching.nonlinearities import NORM_FUNCTIONS
from bnviz.watching.norm_layers import Kind, NormLayer

_STATISTICS = ("running_mean", "running_var")
_ORDER = {
    "batch_norm": ("input", *_STATISTICS, "weight", "bias", "training", "momentum", "eps"),
    "instance_norm": ("input", *_STATISTICS, "weight", "bias", "training", "momentum", "eps"),
    "layer_norm": ("input", "normalized_shape", "weight", "bias", "eps"),
    "group_norm": ("input", "num_groups", "weight", "bias", "eps"),
    "rms_norm": ("input", "normalized_shape", "weight", "eps"),
}
_ORDER_OF_TORCH = ("input", "weight", "bias", *_STATISTICS, "training", "momentum", "eps")


@dataclass(slots=True, eq=False)
class NormArguments:
    """What a normalization is called with; None and NaN stand for what it does not have.

    Attributes:
        kind: what it normalizes over.
        running_mean: the buffer, (C,).
        running_var: the buffer, (C,).
        gamma: scale.
        beta: shift.
        training: whether the layer is in training mode.
        uses_batch: whether it uses the statistics of its input.
        eps: added to the variance.
        momentum: of the running statistics.
        groups: of a group norm.
        normalized: shape that a layer norm normalizes over.
        batches_tracked: counter of training calls.
    """

    kind: Kind
    running_mean: Tensor | None = None
    running_var: Tensor | None = None
    gamma: Tensor | None = None
    beta: Tensor | None = None
    training: bool = True
    uses_batch: bool = True
    eps: float = 0.0
    momentum: float = math.nan
    groups: int = 1
    normalized: Sequence[int] = ()
    batches_tracked: Tensor | None = None


def of_module(layer: NormLayer) -> NormArguments:
    """Return what a layer is called with now."""
    module = layer.module
    momentum = getattr(module, "momentum", None)
    tracked = module._buffers.get("num_batches_tracked")
    return NormArguments(
        layer.kind, layer.running_mean, layer.running_var, layer.gamma, layer.beta, module.training, layer.uses_batch,
        layer.eps, float(momentum) if isinstance(momentum, int | float) else math.nan,
        int(getattr(module, "num_groups", 1)), tuple(getattr(module, "normalized_shape", ())),
        None if tracked is None else tracked.detach(),
    )  # fmt: skip


def of_function(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> NormArguments | None:
    """Return what a function of torch that normalizes is called with; None for another function."""
    name = getattr(function, "__name__", "")
    if name not in NORM_FUNCTIONS:
        return None
    order = _ORDER[name]
    if function in (torch.batch_norm, torch.instance_norm):
        order = _ORDER_OF_TORCH
    given = dict(zip(order, args, strict=False)) | {
        k.replace("use_input_stats", "training"): v for k, v in kwargs.items()
    }
    uses_batch = name != "batch_norm" or bool(given.get("training", False))
    momentum, eps, shape = given.get("momentum"), given.get("eps"), given.get("normalized_shape", ())
    return NormArguments(
        NORM_FUNCTIONS[name], _tensor(given, "running_mean"), _tensor(given, "running_var"), _tensor(given, "weight"),
        _tensor(given, "bias"), bool(given.get("training", uses_batch)), uses_batch,
        1e-5 if eps is None else float(eps), math.nan if momentum is None else float(momentum),
        int(given.get("num_groups", 1)), (shape,) if isinstance(shape, int) else tuple(shape),
    )  # fmt: skip


def _tensor(given: Mapping[str, Any], name: str) -> Tensor | None:
    value = given.get(name)
    return value.detach() if isinstance(value, Tensor) else None
