"""A normalizer that is inactive until it is inserted into the training net."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

_INACTIVE, _ACTIVATING, _ACTIVE = range(3)


class LateNorm(nn.Module):
    """The identity until ``activate``, then the inner norm.

    The first training batch after ``activate`` sets the running statistics, as if momentum were 1 for this batch: the
    net is in the middle of its training, and the initial zeros and ones would be wrong for many steps. gamma, beta and
    the running statistics are those of the inner norm; while it is inactive, they do not change and get no gradients.
    The state of the module includes whether it is active (buffer ``stage``).

    Attributes:
        norm: the inner normalizer.
    """

    stage: Tensor

    def __init__(self, norm: nn.Module) -> None:
        super().__init__()
        self.norm = norm
        self.register_buffer("stage", torch.tensor(_INACTIVE))
        self._stage = _INACTIVE  # a copy in Python: reading a tensor at each step would make a GPU wait

    def forward(self, x: Tensor) -> Tensor:
        """Return x itself while inactive, then the normalized x."""
        if self._stage == _INACTIVE:
            return x
        if self._stage == _ACTIVATING and self.training:
            return self._normalize_first(x)
        out: Tensor = self.norm(x)
        return out

    def activate(self) -> None:
        """Normalize from now on; an active norm does not change."""
        if self._stage == _INACTIVE:
            self._set_stage(_ACTIVATING)

    @property
    def active(self) -> bool:
        """Whether the inner norm is used."""
        return self._stage != _INACTIVE

    @property
    def weight(self) -> Tensor | None:
        """Gamma of the inner norm, or None."""
        return _inner(self.norm, "weight")

    @property
    def bias(self) -> Tensor | None:
        """Beta of the inner norm, or None."""
        return _inner(self.norm, "bias")

    @property
    def running_mean(self) -> Tensor | None:
        """Running mean of the inner norm, or None."""
        return _inner(self.norm, "running_mean")

    @property
    def running_var(self) -> Tensor | None:
        """Running variance of the inner norm, or None."""
        return _inner(self.norm, "running_var")

    def _normalize_first(self, x: Tensor) -> Tensor:
        self._set_stage(_ACTIVE)
        norm: Any = self.norm
        if not hasattr(norm, "momentum"):
            out: Tensor = norm(x)
            return out
        momentum, norm.momentum = norm.momentum, 1.0
        try:
            out = norm(x)
        finally:
            norm.momentum = momentum
        return out

    def _set_stage(self, stage: int) -> None:
        self._stage = stage
        self.stage.fill_(stage)

    def _load_from_state_dict(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - torch's signature
        super()._load_from_state_dict(*args, **kwargs)
        self._stage = int(self.stage)


def activate_norms(net: nn.Module) -> int:
    """Activate all LateNorms of a net; return how many were inactive."""
    inactive = [module for module in net.modules() if isinstance(module, LateNorm) and not module.active]
    for norm in inactive:
        norm.activate()
    return len(inactive)


def _inner(norm: nn.Module, name: str) -> Tensor | None:
    value = getattr(norm, name, None)
    return value if isinstance(value, Tensor) else None
