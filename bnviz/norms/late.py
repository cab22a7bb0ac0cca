"""A normalizer that sleeps until it is inserted into the running net."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

_ASLEEP, _WAKING, _AWAKE = range(3)


class LateNorm(nn.Module):
    """The identity until ``wake``, then the norm inside.

    At waking the first training batch sets the running statistics wholly, as if momentum were 1 for that one
    batch: the net is in the middle of its training, and zeros and ones would be wrong for a while. gamma,
    beta and the running statistics are those of the norm inside; inactive, they neither change nor get
    gradients. Whether it is awake belongs to the state (buffer ``stage``).

    Attributes:
        norm: the normalizer inside.
    """

    stage: Tensor

    def __init__(self, norm: nn.Module) -> None:
        super().__init__()
        self.norm = norm
        self.register_buffer("stage", torch.tensor(_ASLEEP))
        self._stage = _ASLEEP  # its copy in Python: reading a tensor would make a GPU wait in every step

    def forward(self, x: Tensor) -> Tensor:
        """Return x itself when inactive, else the normalized x."""
        if self._stage == _ASLEEP:
            return x
        if self._stage == _WAKING and self.training:
            return self._first(x)
        out: Tensor = self.norm(x)
        return out

    def activate(self) -> None:
        """Normalize from now on; nothing happens to one that is awake."""
        if self._stage == _ASLEEP:
            self._go_to(_WAKING)

    @property
    def awake(self) -> bool:
        """Whether the norm inside is at work."""
        return self._stage != _ASLEEP

    @property
    def weight(self) -> Tensor | None:
        """Gamma of the norm inside, or None."""
        return _held(self.norm, "weight")

    @property
    def bias(self) -> Tensor | None:
        """Beta of the norm inside, or None."""
        return _held(self.norm, "bias")

    @property
    def running_mean(self) -> Tensor | None:
        """Running mean of the norm inside, or None."""
        return _held(self.norm, "running_mean")

    @property
    def running_var(self) -> Tensor | None:
        """Running variance of the norm inside, or None."""
        return _held(self.norm, "running_var")

    def _first(self, x: Tensor) -> Tensor:
        self._go_to(_AWAKE)
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

    def _go_to(self, stage: int) -> None:
        self._stage = stage
        self.stage.fill_(stage)

    def _load_from_state_dict(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - torch's signature
        super()._load_from_state_dict(*args, **kwargs)
        self._stage = int(self.stage)


def wake_norms(net: nn.Module) -> int:
    """Wake every LateNorm of a net; return how many were inactive."""
    inactive = [module for module in net.modules() if isinstance(module, LateNorm) and not module.awake]
    for norm in inactive:
        norm.activate()
    return len(inactive)


def _held(norm: nn.Module, name: str) -> Tensor | None:
    value = getattr(norm, name, None)
    return value if isinstance(value, Tensor) else None
