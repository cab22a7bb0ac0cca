"""A unit's checkpoint (``training.twin_state`` and counters) in a file that is complete or missing."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import torch

from bnviz.files.write import atomic


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
