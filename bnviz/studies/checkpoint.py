"""A unit's checkpoint (``training.twin_state`` and counters) in a file that is complete, or is noticed not to be."""

from __future__ import annotations

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import torch

from bnviz.files.checksum import Damaged, is_sealed, put_aside, unseal, write_sealed

AGAIN = "its unit starts again from step 0"


def save_state(state: dict[str, Any], path: Path) -> None:
    """Write a state whole or not at all, with its checksum."""
    buffer = io.BytesIO()
    torch.save(state, buffer)
    write_sealed(buffer.getvalue(), path)


def load_state(path: Path, key: str) -> dict[str, Any] | None:
    """Read a state of the unit with this key; None where there is none.

    A file with a single wrong bit is named in the log, put aside, and None is returned.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        state = _state(content)
    except Damaged as reason:
        put_aside(path, reason, AGAIN)
        return None
    return state if state.get("key") == key else None


def _state(content: bytes) -> dict[str, Any]:
    if is_sealed(content):
        content = unseal(content)
    else:
        _check_zip(content)
    try:
        state = torch.load(io.BytesIO(content), weights_only=True, map_location="cpu")
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as error:
        raise Damaged(f"found what torch cannot load ({type(error).__name__})") from error
    if not isinstance(state, dict):
        raise Damaged("found no state of a unit")
    return state


def _check_zip(content: bytes) -> None:
    """Check the sums of a file of version 1, which is a bare zip of torch: torch itself reads over damage."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            wrong = archive.testzip()
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Damaged("found no whole file") from error
    if wrong is not None:
        raise Damaged("found other content than its checksum is of")
