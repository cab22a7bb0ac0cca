"""The file of the patients: their nets, how they fell ill, and what the examination finds; written and read again."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from bnviz.chapters.clinic.case import Case
from bnviz.chapters.clinic.illnesses import Sick
from bnviz.chapters.clinic.worlds import world_of
from bnviz.files.write import atomic

FILE = Path(__file__).resolve().parents[3] / "assets" / "recordings" / "clinic.json"
HALF = ("weight", "bias")
"""Parameters are kept in half precision; running statistics are not, because they may be very large."""


def rounded(sick: Sick) -> None:
    """Round the parameters to half precision, as the file keeps them: what is examined then is what is opened later."""
    with torch.no_grad():
        for value in sick.case.net.parameters():
            value.copy_(value.half().float())


def packed_state(state: Mapping[str, Tensor]) -> dict[str, str]:
    """Return tensors as base64: parameters of half, buffers of single precision, little-endian."""
    return {
        name: base64.b64encode(value.numpy().astype("<f2" if name.endswith(HALF) else "<f4").tobytes()).decode("ascii")
        for name, value in state.items()
    }


def fill(net: nn.Module, packed: Mapping[str, str]) -> None:
    """Write packed tensors into a net of the same shape."""
    load(net.state_dict(), packed)


def load(state: Mapping[str, Tensor], packed: Mapping[str, str]) -> None:
    """Write packed tensors into those of ``state``, in place."""
    with torch.no_grad():
        for name, value in state.items():
            raw = np.frombuffer(base64.b64decode(packed[name]), "<f2" if name.endswith(HALF) else "<f4")
            value.copy_(torch.from_numpy(raw.astype(np.float32)).reshape(value.shape).to(value.dtype))


def packed_patient(sick: Sick, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a patient as plain values."""
    buffers, student = (sick.case.spares.get(name) for name in ("buffers", "student"))
    return {
        "goal": round(sick.goal, 4),
        "facts": sick.facts,
        "curve": {key: _short(value) for key, value in asdict(sick.curve).items()},
        "found": found,
        "net": packed_state(sick.case.net.state_dict()),
        "student": packed_state(student) if isinstance(student, dict) else None,
        "buffers": packed_state(buffers) if isinstance(buffers, dict) else None,
    }


def _short(values: list[Any]) -> list[Any]:
    return [round(value, 4) if isinstance(value, float) else value for value in values]


def save(content: Mapping[str, Any], path: Path) -> None:
    """Write the file."""
    with atomic(path) as part:
        part.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


@lru_cache(maxsize=1)
def recorded() -> dict[str, Any]:
    """Return the file that the app ships (made by ``python -m bnviz record clinic``)."""
    content: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return content


def brought_in(name: str) -> Case:
    """Return a recorded patient's case with a net of its own; whatever is done to it stays without effect on others."""
    kept = recorded()["patients"][name]
    case = world_of(name)
    fill(case.net, kept["net"])
    if kept["buffers"] is not None:
        buffers = {key: value.clone() for key, value in case.net.named_buffers()}
        load(buffers, kept["buffers"])
        case.spares["buffers"] = buffers
    return case


def student_of(name: str) -> nn.Module:
    """Return the recorded student of a patient that is a teacher, in evaluation mode."""
    net = world_of(name).net
    fill(net, recorded()["patients"][name]["student"])
    return net.eval()
