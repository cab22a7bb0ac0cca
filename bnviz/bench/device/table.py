"""The table: every check and every speed of a device, in an order and within a time that is given."""

from __future__ import annotations

import platform
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import torch

from bnviz.bench.device.agreement import agreement
from bnviz.bench.device.parts import run_and_checkpoint, stacked_sweep, surface
from bnviz.bench.device.repetition import repetition
from bnviz.bench.device.replays import replays
from bnviz.bench.device.row import DeviceRow
from bnviz.bench.device.scenes import scenes_for
from bnviz.bench.device.speed import speed
from bnviz.bench.device.sums_of_maps import sums_of_maps
from bnviz.bench.device.waits import waits
from bnviz.training.determinism import repeat_exactly
from bnviz.training.permits import usable_cores

LIMIT_S = 200.0
"""After this many seconds no further check begins."""

Check = Callable[[], Iterator[DeviceRow]]


def table(device: torch.device, only: str = "", limit_s: float = LIMIT_S) -> Iterator[DeviceRow]:
    """Yield row after row; whatever a check raises becomes a row that failed, so that the others still run.

    Args:
        device: what is looked at.
        only: only the checks whose name contains this.
        limit_s: after so many seconds the checks that are left are named and not made.
    """
    ends = time.monotonic() + limit_s
    repeat_exactly(device)  # as every run does, so that the first row shows its settings
    yield about(device)
    for name, check in checks(device):
        if only not in name:
            continue
        if time.monotonic() > ends:
            yield DeviceRow(name, "left out: out of time")
        else:
            yield from made(name, check)


def checks(device: torch.device) -> Iterator[tuple[str, Check]]:
    """Yield the name of every check and the function that makes it: what must hold first, then the speeds."""
    yield "surface", partial(surface, device)
    yield "run", partial(run_and_checkpoint, device)
    yield "sweep", partial(stacked_sweep, device)
    for scene in scenes_for(device):
        yield f"agreement of {scene.name}", partial(agreement, scene, device)
        yield f"repetition of {scene.name}", partial(repetition, scene, device)
        if device.type == "cpu" and scene.experiment.base.net != "mlp":
            yield f"sums of {scene.name}", partial(sums_of_maps, scene)
        if device.type == "cuda":
            yield f"replays of {scene.name}", partial(replays, scene, device)
            yield f"waits of {scene.name}", partial(waits, scene, device)
    for scene in scenes_for(device):
        yield f"speed of {scene.name}", partial(speed, scene, device)


def made(name: str, check: Check) -> Iterator[DeviceRow]:
    """Yield the rows of one check; an error ends it with a row that says what was raised and where."""
    try:
        yield from check()
    except Exception as error:
        yield DeviceRow(name, f"{type(error).__name__}: {str(error)[:200]}{_place(error)}", False)


def about(device: torch.device) -> DeviceRow:
    """Return the row that says what the others were measured on."""
    facts = {
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else device.type,
        "cores": usable_cores(),
        "torch": torch.__version__,
        "python": platform.python_version(),
    }
    if device.type == "cuda":
        facts |= {
            "tf32_products": torch.backends.cuda.matmul.allow_tf32,
            "tf32_convolutions": torch.backends.cudnn.allow_tf32,
            "cudnn_benchmark": torch.backends.cudnn.benchmark,
            "cudnn_deterministic": torch.backends.cudnn.deterministic,
        }
    found = ", ".join(f"{name} {value}" for name, value in facts.items())
    return DeviceRow("measured on", found, numbers=facts)


def _place(error: Exception) -> str:
    """Return the last line of ours that an error passed through."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "bnviz" in Path(frame.filename).parts]
    return f" at {Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
