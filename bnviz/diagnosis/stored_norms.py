"""Normalization layers of a state dict, found by the names of their tensors."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

_NORM_NAME = re.compile(
    r"(^|[._])(bn|norm|ln|gn|layer_?norm|batch_?norm|group_?norm|rms_?norm)_?\w{0,3}$", re.IGNORECASE
)
EPS = 1e-5
"""Epsilon is in no state dict; this is torch's default."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredNorm:
    """One normalization layer.

    Attributes:
        name: what its tensors' names begin with.
        mean: running mean, (C,) in float64, or None.
        variance: running variance, (C,) in float64, or None.
        gamma: scale, (C,) in float64, or None.
        beta: shift, (C,) in float64, or None.
        tracked: ``num_batches_tracked``, or None.
        dtype: in which the running statistics are stored; of gamma, where there are none.
    """

    name: str
    mean: Tensor | None
    variance: Tensor | None
    gamma: Tensor | None
    beta: Tensor | None
    tracked: int | None
    dtype: torch.dtype

    @property
    def channels(self) -> int:
        """Number of channels."""
        return next(len(each) for each in (self.mean, self.gamma) if each is not None)

    @property
    def keeps(self) -> bool:
        """Whether it has running statistics."""
        return self.mean is not None and self.variance is not None

    @property
    def bad(self) -> Tensor:
        """Which channels evaluate to NaN or infinity, (C,): not finite, or a variance below -eps."""
        found = torch.zeros(self.channels, dtype=torch.bool)
        for each in (self.mean, self.variance, self.gamma, self.beta):
            if each is not None:
                found |= ~each.isfinite()
        return found if self.variance is None else found | (self.variance + EPS < 0)

    @property
    def untouched(self) -> bool:
        """Whether the running statistics are exactly the 0 and 1 that they begin with."""
        if self.mean is None or self.variance is None:
            return False
        return bool((self.mean == 0).all() and (self.variance == 1).all())


def stored_norms(tensors: Mapping[str, Tensor], known: Collection[str] = ()) -> tuple[StoredNorm, ...]:
    """Return the normalization layers in the order of the state dict.

    A layer with running statistics is told by ``running_mean`` and ``running_var`` of one shape (C,); one without by
    a name such as "norm1" or "ln_f" and a ``weight`` of shape (C,), or by a name that is known to be one's.
    """
    names: dict[str, None] = {}
    for key, tensor in tensors.items():
        prefix, _, last = key.rpartition(".")
        if (
            tensor.dim() == 1
            and tensor.numel()
            and (last == "running_mean" or (last == "weight" and (prefix in known or _NORM_NAME.search(prefix))))
        ):
            names[prefix] = None
    found = (_stored(prefix, tensors) for prefix in names)
    return tuple(each for each in found if each is not None)


def _stored(prefix: str, tensors: Mapping[str, Tensor]) -> StoredNorm | None:
    def part(last: str) -> Tensor | None:
        return tensors.get(f"{prefix}.{last}" if prefix else last)

    mean, variance = part("running_mean"), part("running_var")
    if mean is None or variance is None or mean.shape != variance.shape or mean.dim() != 1:
        mean = variance = None
    gamma, beta = part("weight"), part("bias")
    first = gamma if mean is None else mean
    if first is None or first.dim() != 1 or not first.numel():
        return None
    size = first.shape
    count = part("num_batches_tracked")
    tracked = int(count) if count is not None and count.numel() == 1 and not count.is_floating_point() else None
    gamma, beta = (each if each is not None and each.shape == size else None for each in (gamma, beta))
    parts = [None if each is None else each.double() for each in (mean, variance, gamma, beta)]
    return StoredNorm(prefix, parts[0], parts[1], parts[2], parts[3], tracked, first.dtype)
