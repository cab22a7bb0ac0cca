"""NormStates: copies what normalizations hold per unit, all in one piece of memory."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_

import torch
from torch import Tensor, nn

from bnviz.telemetry.observation import NormState

_HELD = ("weight", "bias", "running_mean", "running_var")
"""What a normalization holds per unit, in the order of ``NormState``."""


class NormStates:
    """The state of the normalizations of one network; a tensor is examined again only where another took its place.

    Args:
        norms: normalization of each layer, or None.
        widths: units of each layer.
    """

    def __init__(self, norms: Sequence[nn.Module | None], widths: Sequence[int]) -> None:
        self._norms = list(norms)
        self._owners = [(norm, units) for norm, units in zip(norms, widths, strict=True) if norm is not None]
        self._values: list[object] = []
        self._places: list[int] = []
        self._views: list[Tensor | None] = []
        self._present: list[Tensor] = []
        self._sizes: list[int] = []

    def copies(self) -> list[NormState | None]:
        """Copy the state of each normalization, because training resumes before the copies are reduced."""
        values = [_value(norm, name) for norm, _ in self._owners for name in _HELD]
        places = [value.data_ptr() for value in values if isinstance(value, Tensor)]
        if places != self._places or not all(map(is_, values, self._values)):
            self._examine(values, places)
        copied = iter(torch.split(torch.cat(self._present), self._sizes) if self._present else ())
        copies = [None if view is None else next(copied) for view in self._views]
        states = iter([NormState(*copies[first : first + len(_HELD)]) for first in range(0, len(copies), len(_HELD))])
        return [None if norm is None else next(states) for norm in self._norms]

    def _examine(self, values: list[object], places: list[int]) -> None:
        units = [units for _, units in self._owners for _ in _HELD]
        self._values, self._places = values, places
        self._views = [_per_unit(value, count) for value, count in zip(values, units, strict=True)]
        self._present = [view for view in self._views if view is not None]
        self._sizes = [len(view) for view in self._present]


def _value(norm: nn.Module, name: str) -> object:
    """Return an attribute; modules keep their tensors in two dictionaries, which their own look-up comes to last."""
    value: object = norm._parameters.get(name)
    if value is None:
        value = norm._buffers.get(name)
    return getattr(norm, name, None) if value is None else value


def _per_unit(value: object, units: int) -> Tensor | None:
    # "per_activation" holds one number per position of a map, not per unit: it is left out.
    return value.detach() if isinstance(value, Tensor) and value.shape == (units,) else None
