"""Changes of a model that are told as marks: modes, what is trained, flags, numbers that stop being finite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from torch import Tensor
from torch.nn.parameter import is_lazy

from bnviz.watching.norm_table import KnownNorm

_MODES = {True: "in training mode", False: "in evaluation mode"}
_TRAINED = {True: "trained", False: "frozen (requires_grad is False)"}
_FLAGS = ("momentum", "eps", "track_running_stats")
MAX_NAMES = 3


class Modes:
    """Compares the normalization layers with what they were before, and words what has changed."""

    def __init__(self) -> None:
        self._training: list[bool] = []
        self._trained: list[bool | None] = []
        self._flags: list[tuple[object, ...]] = []
        self._broken: dict[int, int] = {}

    def changed_modes(self, norms: Sequence[KnownNorm]) -> list[str]:
        """Return a sentence per mode that changed since the last call; cheap enough for every step."""
        layers = [norm.layer.module for norm in norms if norm.layer is not None]
        training = [layer.training for layer in layers]
        trained = [_is_trained(layer._parameters.get("weight")) for layer in layers]
        if training == self._training and trained == self._trained:
            return []
        names = [norm.name for norm in norms if norm.layer is not None]
        told = [*_worded(names, self._training, training, _MODES), *_worded(names, self._trained, trained, _TRAINED)]
        self._training, self._trained = training, trained
        return told

    def changed_flags(self, norms: Sequence[KnownNorm]) -> list[str]:
        """Return a sentence per flag that changed since the last call."""
        modules = [norm.layer.module for norm in norms if norm.layer is not None]
        names = [norm.name for norm in norms if norm.layer is not None]
        flags = [tuple(getattr(module, flag, None) for flag in _FLAGS) for module in modules]
        told = [
            f"{name}: {flag} {before} → {after}"
            for name, old, new in zip(names, self._flags, flags, strict=False)
            if old != new
            for flag, before, after in zip(_FLAGS, old, new, strict=True)
            if before != after
        ]
        self._flags = flags
        return told[:MAX_NAMES]

    def changed_finiteness(self, index: int, name: str, channels: int, not_finite: int) -> list[str]:
        """Return a sentence where a layer's statistics or parameters stop being finite, or are finite again."""
        before = self._broken.get(index, 0)
        self._broken[index] = not_finite
        if bool(before) == bool(not_finite):
            return []
        if not_finite:
            return [f"{name}: {not_finite} of {channels} channels no longer finite"]
        return [f"{name}: all channels finite again"]


def _is_trained(weight: Tensor | None) -> bool | None:
    return None if weight is None or is_lazy(weight) else weight.requires_grad


def _worded(
    names: Sequence[str], old: Sequence[bool | None], new: Sequence[bool | None], words: dict[bool, str]
) -> Iterator[str]:
    """Yield one sentence per value that layers changed to."""
    if len(old) != len(new):
        return
    for value, wording in words.items():
        changed = [n for n, a, b in zip(names, old, new, strict=True) if a != b and b is value and a is not None]
        if not changed:
            continue
        if len(changed) == len(names) > 1:
            yield f"all {len(names)} normalization layers {wording}"
        elif len(changed) > MAX_NAMES:
            yield f"{len(changed)} of {len(names)} normalization layers ({changed[0]}, ...) {wording}"
        else:
            yield f"{', '.join(changed)} {wording}"
