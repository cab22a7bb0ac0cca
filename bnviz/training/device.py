"""The device that a run computes on."""

from __future__ import annotations

import torch

from bnviz.config import InputError


def resolve_device(name: str) -> torch.device:
    """Turn "auto", "cpu", "cuda" or "mps" into a device of this machine.

    Raises:
        InputError: the device is not available.
    """
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        name = next(kind for kind in ("cuda", "mps", "cpu") if available[kind])
    if not available.get(name, False):
        here = ", ".join(kind for kind, there in available.items() if there)
        raise InputError(f"device {name!r} is not available here; available are auto, {here}")
    return torch.device(name)
