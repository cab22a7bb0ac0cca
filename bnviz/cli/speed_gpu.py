"""What docs/speed.md says of GPUs: every run on one, as it was printed.

The first is a log, made before there was a command. A later one is what ``python -m bnviz bench --device cuda --json``
prints, kept in docs/speed as ``gpu-<date>-<commit>.json``; the newest is shown whole, beside the former.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from bnviz.bench.device.row import DeviceRow
from bnviz.bench.device.scenes import scenes_for
from bnviz.config import InputError
from bnviz.files.typed_json import decode

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "speed"
LOG, LOG_DATE = FOLDER / "h100-4a8a446.txt", "2026-11-26"
PATTERN = "gpu-*.json"
RATES = {
    "plain loop": "plain loop",
    "queued": "plain loop, no loss read",
    "ours": "bnviz",
    "with frames": "bnviz, with frames",
    "plain loop as a graph": "plain loop as a CUDA graph",
}
"""Title of each rate of ``bench.device.speed``; the last is the limit: nothing but the kernels, without the host."""
_LOGGED = {
    "bare": "plain loop",
    "queued": "queued",
    "ours": "ours",
    "watched": "with frames",
    "graph": "plain loop as a graph",
}


@dataclass(frozen=True, slots=True)
class Printed:
    """The object that ``bench --device --json`` prints."""

    rows: list[DeviceRow]
    failed: list[str]


@dataclass(frozen=True, slots=True)
class GpuRun:
    """One run on a GPU.

    Attributes:
        device: its name.
        torch: version.
        python: version.
        date: as 2026-11-26.
        commit: short hash.
        rates: steps per second of both arms, by scene and by kind of loop, as in RATES; None where it was not finite.
        engines: what computed the steps of both arms, by scene.
        checks: what was looked at, what was found, and whether it is as it must be.
        left_out: checks that were not made.
    """

    device: str
    torch: str
    python: str
    date: str
    commit: str
    rates: Mapping[str, Mapping[str, float | None]]
    engines: Mapping[str, str]
    checks: Sequence[tuple[str, str, bool]]
    left_out: Sequence[str] = ()

    @property
    def words(self) -> str:
        """On what it was made, and when."""
        return f"{self.device}, torch {self.torch}, Python {self.python}, {self.date}, commit {self.commit}."


def gpu_runs(folder: Path = FOLDER) -> list[GpuRun]:
    """Return all runs, the oldest first; the names of files begin with the date."""
    return [first_run(LOG.read_text(encoding="utf-8")), *(later_run(path) for path in sorted(folder.glob(PATTERN)))]


def first_run(text: str) -> GpuRun:
    """Read the log."""
    (found,) = re.findall(r"^device, torch, python +(.+?)\s*$", text, re.MULTILINE)
    device, torch_version, python = found.split(", ")
    rates = {}
    for scene, pairs in re.findall(r"^(.+), steps/s +(.+?)(?:  |$)", text, re.MULTILINE):
        numbers = (pair.split() for pair in pairs.split(", "))
        rates[scene] = {_LOGGED[name]: float(number) for name, number in numbers}
    checks = re.findall(r"^(.+?)  .*  (ok|FAIL)\s*$", text, re.MULTILINE)
    held = [(what.strip(), "", mark == "ok") for what, mark in checks]
    return GpuRun(device, torch_version, python, LOG_DATE, LOG.stem.rpartition("-")[2], rates, {}, held)


def later_run(path: Path) -> GpuRun:
    """Read what the command printed; raises InputError where it is something else, or its name says no commit."""
    named = re.fullmatch(r"gpu-(\d{4}-\d\d-\d\d)-([0-9a-f]{7,40})\.json", path.name)
    if named is None:
        raise InputError(f"{path.name}: a run on a GPU is named gpu-<date>-<commit>.json")
    rows = decode(path.read_bytes(), Printed, path.name, "what bench --device --json prints").rows
    about = next((row.numbers for row in rows if row.what == "measured on"), {})
    date, commit = named.groups()
    return GpuRun(
        device=str(about.get("device", "unknown")),
        torch=str(about.get("torch", "unknown")),
        python=str(about.get("python", "unknown")),
        date=date,
        commit=commit,
        rates={row.what.removesuffix(", steps/s"): row.numbers for row in rows if row.what.endswith(", steps/s")},
        engines={row.what.removesuffix(": steps by"): row.found for row in rows if row.what.endswith(": steps by")},
        checks=[(row.what, row.found, row.holds) for row in rows if row.holds is not None],
        left_out=[row.what for row in rows if row.found.startswith("left out")],
    )


def gpu_section(runs: Sequence[GpuRun]) -> Iterator[str]:
    """Yield all that the page says: the newest run whole, and the speed with frames beside the others."""
    newest = runs[-1]
    yield from (newest.words, "", *gpu_table(newest), "", *gpu_checks(newest))
    if len(runs) > 1:
        yield from ("", "Before and after, bnviz with frames:", "", *_changes(runs))


def gpu_table(run: GpuRun) -> Iterator[str]:
    """Yield the rates of every scene."""
    by = ["steps by"] if run.engines else []
    titles = ["both networks, steps/s", *RATES.values(), "the graph over the plain loop", *by]
    yield f"| {' | '.join(titles)} |"
    yield "|---" * len(titles) + "|"
    for scene, rates in run.rates.items():
        cells = [_number(rates.get(name)) for name in RATES]
        graph, plain = rates.get("plain loop as a graph"), rates.get("plain loop")
        cells.append(f"{graph / plain:.1f} times" if graph and plain else "–")
        cells += [run.engines.get(scene, "–")] if by else []
        yield f"| {scene} | {' | '.join(cells)} |"


def gpu_checks(run: GpuRun) -> Iterator[str]:
    """Yield how many checks held, those that did not, and those that were not made."""
    failed = [(what, found) for what, found, holds in run.checks if not holds]
    held = f"{len(run.checks) - len(failed)} of {len(run.checks)} checks held."
    yield f"{held} These did not:\n" if failed else held
    yield from (f"- {what}" + (f": {found}" if found else "") for what, found in failed)
    if run.left_out:
        yield f"\nNot made, because the time was over: {', '.join(run.left_out)}."


def _changes(runs: Sequence[GpuRun]) -> Iterator[str]:
    """Yield the rates with frames of all runs; only runs on the same kind of GPU are the same measurement."""
    wanted = {scene.name: scene.wanted for scene in scenes_for(torch.device("cuda"))}
    titles = [f"{run.date}, {run.commit} ({run.device})" for run in runs]
    yield f"| steps/s | {' | '.join(titles)} | wanted of an H100 |"
    yield "|---" * (len(runs) + 2) + "|"
    for scene in dict.fromkeys(scene for run in runs for scene in run.rates):
        cells = [_number(run.rates.get(scene, {}).get("with frames")) for run in runs]
        yield f"| {scene} | {' | '.join(cells)} | {_number(wanted.get(scene))} |"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"
