"""A unit's checkpoint: weights, optimizer and random generators, in a file that is complete or missing."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import nn

from bnviz.files.write import atomic
from bnviz.training.twins import Twin


def twin_state(twin: Twin) -> dict[str, Any]:
    """Return weights, buffers, optimizer and generator states of a twin."""
    return {
        "net": twin.net.state_dict(),
        "optimizer": twin.optimizer.state_dict(),
        "generators": {place: generator.get_state() for place, _, _, generator in _generators(twin.net) if generator},
    }


def restore_twin(twin: Twin, state: dict[str, Any], step: int) -> None:
    """Load a state into a new twin of the same recipe."""
    twin.net.load_state_dict(state["net"])
    twin.optimizer.load_state_dict(state["optimizer"])
    device = next(twin.net.parameters()).device
    for place, module, name, generator in _generators(twin.net):
        if place in state["generators"]:
            own = generator if generator is not None else torch.Generator(device)
            own.set_state(state["generators"][place].cpu())
            setattr(module, name, own)


def _generators(net: nn.Module) -> Iterator[tuple[str, nn.Module, str, torch.Generator | None]]:
    """Yield every generator that a module owns, or will own once it draws for the first time."""
    for path, module in net.named_modules():
        for name, value in vars(module).items():
            if isinstance(value, torch.Generator) or (name == "_generator" and value is None):
                yield f"{path}.{name}", module, name, value


def save_state(state: dict[str, Any], path: Path) -> None:
    """Write a state whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic(path) as file:
        torch.save(state, file)


def load_state(path: Path, key: str) -> dict[str, Any] | None:
    """Read a state of the unit with this key; None where there is no complete one."""
    try:
        state = torch.load(path, weights_only=True, map_location="cpu")
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError):
        return None
    return state if isinstance(state, dict) and state.get("key") == key else None
