"""Which modules normalize, what their channels are, and what their running statistics are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.instancenorm import _InstanceNorm
from torch.nn.parameter import is_lazy

Kind = Literal["batch", "frozen", "instance", "layer", "rms", "group"]
"""What the mean and the variance are taken over; "frozen" never uses the batch."""


@dataclass(frozen=True, slots=True, eq=False)
class NormLayer:
    """A normalization layer of any model.

    Attributes:
        name: its path in the model, as in ``named_modules``; the first one, where the module has several.
        module: the layer itself.
        kind: what its mean and variance are taken over.
    """

    name: str
    module: nn.Module
    kind: Kind

    @property
    def running_mean(self) -> Tensor | None:
        """(C,) or None: no statistics are kept, or the module is lazy and has not run yet."""
        return _materialized(self.module, "running_mean")

    @property
    def running_var(self) -> Tensor | None:
        """(C,) or None, as ``running_mean``."""
        return _materialized(self.module, "running_var")

    @property
    def gamma(self) -> Tensor | None:
        """Scale of each channel, (C,) or None."""
        return _materialized(self.module, "weight")

    @property
    def beta(self) -> Tensor | None:
        """Shift of each channel, (C,) or None."""
        return _materialized(self.module, "bias")

    @property
    def eps(self) -> float:
        """What is added to the variance; 0 where the module has none."""
        value = getattr(self.module, "eps", 0.0)
        return float(value) if isinstance(value, int | float) else 0.0

    @property
    def uses_batch(self) -> bool:
        """Whether the next call normalizes with the statistics of its input rather than with the running ones."""
        if self.kind == "frozen":
            return False
        if self.kind in ("layer", "rms", "group"):
            return True
        return self.module.training or self.running_mean is None


def norm_kind(module: nn.Module) -> Kind | None:
    """Return what a module normalizes over, or None where it does not normalize.

    torch's own classes and their subclasses are known by type; others by a running mean and variance of their own
    (then "frozen" if they are buffers without a counter and the class says so), or by the name of the class.
    """
    if isinstance(module, _InstanceNorm):
        return "instance"
    if isinstance(module, _NormBase):
        return "batch"
    if isinstance(module, nn.LayerNorm):
        return "layer"
    if isinstance(module, nn.GroupNorm):
        return "group"
    if isinstance(module, nn.RMSNorm):
        return "rms"
    if isinstance(module, torch.jit.ScriptModule):
        return None
    name = type(module).__name__.lower()
    if {"running_mean", "running_var"} <= module._buffers.keys():
        return "frozen" if "frozen" in name else "batch"
    if "rmsnorm" in name and isinstance(getattr(module, "weight", None), Tensor):
        return "rms"
    if name.startswith("layernorm") and isinstance(getattr(module, "weight", None), Tensor):
        return "layer"
    return None


def find_norm_layers(model: nn.Module) -> tuple[NormLayer, ...]:
    """Return every normalization layer of a model, in the order of registration, each module once."""
    return tuple(_norm_layers(model))


def _norm_layers(model: nn.Module) -> Iterator[NormLayer]:
    for name, module in model.named_modules():
        kind = norm_kind(module)
        if kind is not None:
            yield NormLayer(name, module, kind)


def channel_axis(layer: NormLayer, values: Tensor) -> int:
    """Return the axis of an input (or output) that holds the layer's channels.

    Axis 1 of (B, C, ...), axis 0 of an unbatched input of InstanceNorm, and the last axis for LayerNorm and RMSNorm,
    unless the class is one of those that normalize maps over axis 1 (``LayerNorm2d`` of torchvision and timm).
    """
    if layer.kind in ("layer", "rms"):
        return 1 if "2d" in type(layer.module).__name__.lower() and values.dim() == 4 else values.dim() - 1
    if layer.kind == "instance" and values.dim() == _unbatched_dims(layer.module):
        return 0
    return min(1, values.dim() - 1)


def by_channel(layer: NormLayer, values: Tensor) -> Tensor:
    """Return values as (rows, C), one column per channel; a view where that is possible."""
    moved = values.movedim(channel_axis(layer, values), -1)
    return moved.reshape(-1, moved.shape[-1])


def values_per_mean(
    kind: Kind, shape: Sequence[int], axis: int, groups: int = 1, normalized: Sequence[int] = ()
) -> int:
    """Return m, the number of values that one mean of a normalization is taken over.

    Args:
        kind: what the mean is taken over.
        shape: of the input.
        axis: of its channels; 0 for an unbatched input.
        groups: of a group norm.
        normalized: sizes of the normalized axes of a layer norm; by default the channels.
    """
    values, samples, channels = math.prod(shape), 1 if axis == 0 else shape[0], shape[axis]
    if kind in ("layer", "rms"):
        return math.prod(normalized) if normalized else channels
    means = {"batch": channels, "frozen": channels, "instance": channels * samples, "group": samples * groups}[kind]
    return values // max(1, means)


def values_of_layer(layer: NormLayer, values: Tensor) -> int:
    """Return m for an input of a layer."""
    groups, normalized = getattr(layer.module, "num_groups", 1), getattr(layer.module, "normalized_shape", ())
    return values_per_mean(layer.kind, values.shape, channel_axis(layer, values), int(groups), tuple(normalized))


def _unbatched_dims(module: nn.Module) -> int:
    name = type(module).__name__
    return next((dims for mark, dims in (("1d", 2), ("2d", 3), ("3d", 4)) if mark in name), 0)


def _materialized(module: nn.Module, name: str) -> Tensor | None:
    """Return a parameter or buffer as it is stored: asking a parametrized module for it would compute it again."""
    value: object = module._parameters.get(name)
    if value is None:
        value = module._buffers.get(name)
    if value is None:
        value = vars(module).get(name)
    if not isinstance(value, Tensor) or is_lazy(value):
        return None
    return value.detach()
