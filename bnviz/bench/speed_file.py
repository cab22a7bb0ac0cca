"""The figures of speed as a file: what every measurement found, and on which machine, with which versions and when."""

from __future__ import annotations

import json
import math
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from bnviz.bench.result import BenchRow
from bnviz.files.provenance import today, versions
from bnviz.files.typed_json import decode
from bnviz.files.write import atomic
from bnviz.training.permits import usable_cores

COMMAND = "python -m bnviz record speed"


@dataclass(frozen=True, slots=True)
class SpeedRow:
    """One figure, as ``BenchRow.to_dict`` writes it.

    Attributes:
        what: what was measured.
        value: the number; None when it could not be measured.
        budget: as ">= 1.4"; None where it is only to be known.
        unit: the unit of value and budget.
        met: whether the budget is met; None where there is none or nothing was measured.
        detail: what the value was computed from; "limit" is the value that nothing could pass.
    """

    what: str
    value: float | None
    budget: str | None
    unit: str
    met: bool | None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measurement:
    """The figures of one measurement.

    Attributes:
        date: of the measurement, as 2026-11-27.
        machine: in words, without its name.
        load: programs that wanted a core in the minute before the command began, on average; None where it is unknown.
        seconds: how long it took.
        versions: of torch and Python.
        rows: the figures.
    """

    date: str
    machine: str
    load: float | None
    seconds: float
    versions: dict[str, str]
    rows: tuple[SpeedRow, ...]


@dataclass(frozen=True, slots=True)
class SpeedFile:
    """All measurements, by their names in ``bench --only``."""

    measurements: dict[str, Measurement] = field(default_factory=dict)
    command: str = COMMAND


def read_speed(path: Path) -> SpeedFile:
    """Read the file; raises InputError where it is not one."""
    return decode(path.read_bytes(), SpeedFile, path.name, "a file of bnviz's figures of speed")


def write_speed(found: SpeedFile, path: Path) -> Path:
    """Write the file whole or not at all, and return its path."""
    with atomic(path) as part:
        part.write_text(json.dumps(asdict(found), indent=1, allow_nan=False) + "\n", encoding="utf-8")
    return path


def measured(measure: Callable[[], BenchRow | list[BenchRow]], name: str, load: float | None = None) -> Measurement:
    """Make one measurement; an error becomes a row without a value, so that those after it are still made."""
    started = time.perf_counter()
    try:
        found = measure()
    except Exception as error:
        found = BenchRow(name, None, None, True, "", {"skipped": f"{type(error).__name__}: {str(error)[:200]}"})
    rows = [found] if isinstance(found, BenchRow) else found
    return Measurement(
        today(),
        machine_words(),
        load,
        round(time.perf_counter() - started, 1),
        versions(),
        tuple(_row(row) for row in rows),
    )


def _row(found: BenchRow) -> SpeedRow:
    plain = _plain(found.to_dict())
    return SpeedRow(**plain | ({"met": None} if plain["value"] is None else {}))


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a detail holds
    """Return a value as JSON has it; a number that is not finite becomes None, so that no figure is lost for it."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | int) else str(value)


def load_now() -> float | None:
    """Return how many programs wanted a core in the last minute, on average; None where the system does not say."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def machine_words() -> str:
    """Return what the speed of this machine depends on: the number of its cores and how wide they compute."""
    cores, instructions = usable_cores(), torch.backends.cpu.get_cpu_capability()
    return f"{cores} CPU core{'s' if cores > 1 else ''} ({platform.machine()}, {instructions})"
