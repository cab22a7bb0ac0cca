"""Checkpoints: the tensors of a .pt, .pth or .safetensors file, read without running anything that is in it."""

from __future__ import annotations

import io
import mmap
import os
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from bnviz.config import InputError
from bnviz.diagnosis.safetensors_file import read_safetensors

LARGEST = 64 * 2**30
"""Bytes that a file may have; an app that takes uploads asks for fewer."""
MOST_ENTRIES = 200_000
DEEPEST = 8
Source = str | os.PathLike[str] | bytes | Mapping[str, Any]
_PREFERRED = ("", "state_dict", "model_state_dict", "model", "net", "network", "module", "params", "weights")
_AVERAGES = ("ema", "shadow", "average", "swa", "teacher", "target")
_WRAPPERS = ("module.", "_orig_mod.", "model.", "state_dict.")


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """The tensors of one state dict.

    Attributes:
        label: name of the file.
        entry: where in the file the state dict was, such as "state_dict"; "" for the file itself.
        tensors: by their names.
        unread: names of what is not looked at: sparse, quantized or broadcast tensors.
        others: the other state dicts of the file, by entry.
    """

    label: str
    entry: str
    tensors: Mapping[str, Tensor]
    unread: tuple[str, ...]
    others: Mapping[str, Mapping[str, Tensor]]

    def average(self) -> tuple[str, Mapping[str, Tensor]] | None:
        """Return the file's averaged weights with their entry, if it holds some beside the weights."""
        for entry, tensors in self.others.items():
            if is_average(entry) and not is_average(self.entry):
                return entry, tensors
        return None


def is_average(entry: str) -> bool:
    """Return whether an entry of this name holds averaged weights."""
    return any(mark in entry.lower() for mark in _AVERAGES)


def read_checkpoint(source: Source, entry: str | None = None, largest: int = LARGEST) -> Checkpoint:
    """Read a state dict from a file, from its bytes, or from a mapping that is loaded already.

    Nothing in the file is executed: .safetensors holds only numbers, and of a pickle only tensors and plain containers
    are built (``weights_only=True``). A file that holds a whole model or other objects is refused.

    Args:
        source: a path, the bytes of a file, or a mapping of names to tensors.
        entry: which state dict, where the file holds several, such as "model_ema"; by default the model's.
        largest: bytes that the file may have.

    Raises:
        InputError: the file cannot be read, is damaged, holds objects, or no state dict.
    """
    if isinstance(source, Mapping):
        return _chosen(source, "the state dict", entry)
    if isinstance(source, bytes):
        return _chosen(_parsed(source, None, "the file", largest), "the file", entry)
    if not isinstance(source, str | os.PathLike):
        raise InputError(f"expected a path, the bytes of a file or a state dict, got {type(source).__name__}")
    path = Path(source)
    try:
        if path.is_dir():
            raise InputError(f"{path.name}: is a folder, expected a .pt, .pth or .safetensors file")
        size = path.stat().st_size
        if size > largest:
            raise InputError(f"{path.name}: has {size:,} bytes, accepted are up to {largest:,}")
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) if size else b""
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path.name}: cannot be read ({getattr(error, 'strerror', None) or error})") from error
    return _chosen(_parsed(data, path, path.name, largest), path.name, entry)


def _parsed(data: bytes | mmap.mmap, path: Path | None, label: str, largest: int) -> Any:  # noqa: ANN401 - any pickle of containers
    if len(data) > largest:
        raise InputError(f"{label}: has {len(data):,} bytes, accepted are up to {largest:,}")
    if len(data) < 16:
        raise InputError(f"{label}: has {len(data)} bytes, expected a checkpoint")
    if data[8:9] == b"{" and int.from_bytes(data[:8], "little") <= len(data):
        whole = memoryview(data) if isinstance(data, mmap.mmap) else bytearray(data)
        return read_safetensors(whole, label)
    if data[:2] == b"PK":
        _check_zip(io.BytesIO(data) if path is None else path, label)
    notes: list[warnings.WarningMessage] = []
    try:
        source = io.BytesIO(data) if path is None else str(path)
        with warnings.catch_warnings(record=True) as notes:  # of old formats and other protocols
            warnings.simplefilter("always")
            mapped = path is not None and data[:2] == b"PK"
            return torch.load(source, map_location="cpu", weights_only=True, mmap=mapped)
    except Exception as error:  # a hostile pickle makes the loader raise nearly anything, MemoryError too
        raise InputError(f"{label}: {_protocol(notes) or _reason(error)}") from error


def _check_zip(file: io.BytesIO | Path, label: str) -> None:
    """Refuse packed members: torch writes none, and they could unpack to more than memory holds."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise InputError(f"{label}: found a damaged archive ({str(error)[:80]})") from error
    if len(members) > MOST_ENTRIES:
        raise InputError(f"{label}: found {len(members):,} parts, accepted are up to {MOST_ENTRIES:,}")
    if not any(each.filename.rpartition("/")[2] == "data.pkl" for each in members):
        raise InputError(f"{label}: found an archive of another kind, expected a checkpoint as torch.save writes it")
    if any(each.compress_type != zipfile.ZIP_STORED or each.file_size != each.compress_size for each in members):
        raise InputError(f"{label}: found packed parts, expected a checkpoint as torch.save writes it")


def _protocol(notes: list[warnings.WarningMessage]) -> str:
    """Return what to do where the file was saved with a protocol that torch cannot read without running code."""
    found = (re.search(r"pickle protocol (\d+)", str(note.message)) for note in notes)
    number = next((match[1] for match in found if match), "")
    if not number:
        return ""
    return f"was saved with pickle protocol {number}, expected torch's own: torch.save(state, path)"


def _reason(error: Exception) -> str:
    said = " ".join(str(error).split())
    if "TorchScript" in said:
        return "holds a TorchScript program, expected a state dict: save model.state_dict()"
    if "Unsupported" in said or "WeightsUnpickler" in said or "weights_only" in said.lower():
        found = re.search(r"GLOBAL ([\w.]+)", said)
        what = (
            "objects that only code can rebuild"
            if "GLOBAL" in said or "global" in said
            else "a damaged or foreign pickle"
        )
        named = f" ({found[1].strip('.')[:60]})" if found else ""
        return f"holds {what}{named}, expected tensors only: save model.state_dict(). Nothing was executed"
    return f"is no checkpoint that could be read ({type(error).__name__}: {said[:100]})"


def _chosen(content: Any, label: str, entry: str | None) -> Checkpoint:  # noqa: ANN401 - any containers
    found = dict(_state_dicts(content))
    if not found:
        raise InputError(f"{label}: found no state dict, that is, no mapping of names to tensors")
    if entry is not None and entry not in found:
        known = ", ".join(repr(name) for name in list(found)[:20])
        raise InputError(f"{label}: found no entry {entry!r:.80}; it holds {known}")
    name = min(found, key=_rank(found)) if entry is None else entry
    tensors, unread = _usable(found[name])
    return Checkpoint(
        label, name, tensors, unread, {other: _usable(found[other])[0] for other in found if other != name}
    )


def _state_dicts(content: Any) -> Iterator[tuple[str, Mapping[str, Tensor]]]:  # noqa: ANN401 - any containers
    """Yield every mapping of names to tensors, by its path in the file, each once; the optimizer's state is none."""
    waiting: list[tuple[str, int, Any]] = [("", 0, content)]
    seen: set[int] = set()
    while waiting and len(seen) < MOST_ENTRIES:
        path, depth, each = waiting.pop(0)
        if not isinstance(each, Mapping) or depth > DEEPEST or id(each) in seen:
            continue
        seen.add(id(each))
        named = {name: value for name, value in each.items() if isinstance(name, str) and isinstance(value, Tensor)}
        if named and not _is_optimizer(named):
            yield path, named
        waiting += [
            (f"{path}.{name}".lstrip("."), depth + 1, value)
            for name, value in each.items()
            if isinstance(name, str) and isinstance(value, Mapping) and "optim" not in name.lower()
        ]


def _is_optimizer(named: Mapping[str, Tensor]) -> bool:
    return bool(named.keys() & {"exp_avg", "exp_avg_sq", "momentum_buffer", "square_avg"})


def _rank(found: Mapping[str, Mapping[str, Tensor]]) -> Any:  # noqa: ANN401 - a key function
    def rank(name: str) -> tuple[bool, int, bool, int]:
        last = name.rpartition(".")[2]
        preferred = _PREFERRED.index(last) if last in _PREFERRED else len(_PREFERRED)
        has_statistics = any(key.endswith("running_mean") for key in found[name])
        return is_average(name), preferred, not has_statistics, -len(found[name])

    return rank


def _usable(named: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], tuple[str, ...]]:
    """Keep dense tensors that own their values: a broadcast one could claim more than memory holds."""
    good = {name: each for name, each in named.items() if _is_dense(each)}
    unread = tuple(set(named) - set(good))
    while shared := _wrapper(good):
        good = {name.removeprefix(shared): each for name, each in good.items()}
    return {name: each.detach() for name, each in good.items()}, unread


def _wrapper(named: Mapping[str, Tensor]) -> str:
    """Return what a wrapper put before every name; its own counters, such as ``n_averaged``, stand beside."""
    inside = [name for name, each in named.items() if "." in name or each.numel() != 1]
    shared = (prefix for prefix in _WRAPPERS if inside and all(name.startswith(prefix) for name in inside))
    return next((prefix for prefix in shared if not any(name.removeprefix(prefix) in named for name in inside)), "")


def _is_dense(tensor: Tensor) -> bool:
    if tensor.layout != torch.strided or tensor.is_quantized or tensor.device.type != "cpu" or tensor.is_complex():
        return False
    return tensor.numel() * tensor.element_size() <= tensor.untyped_storage().nbytes()
