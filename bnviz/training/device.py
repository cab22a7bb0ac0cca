"""The devices that a run may compute on."""

from __future__ import annotations

import torch

from bnviz.config import InputError

_PREFERRED = ("cuda", "mps", "cpu")


def resolve_device(name: str) -> torch.device:
    """Turn "auto", "cpu", "cuda" or "mps" into a device of this machine; "auto" is a GPU if there is one.

    Studies and sweeps, whose units run in several processes, resolve it so: all of them must compute on one device. A
    single run tries the devices instead (``device_trial.choose_device``).

    Raises:
        InputError: the device is not available.
    """
    available = available_devices()
    if name == "auto":
        return torch.device(available[0])
    if name not in available:
        here = ", ".join(sorted(available))
        raise InputError(f"device {name!r:.80} is not available here; available are auto, {here}")
    return torch.device(name)


def available_devices() -> tuple[str, ...]:
    """Return the names of the devices of this machine, GPUs first."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    return tuple(name for name in _PREFERRED if there[name])
