"""The strip of a recording: what each normalization layer's inputs were against its running statistics, over steps."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bnviz.array_types import Ints
from bnviz.chapters.own_network.results import Cell, Channel, Row, worst_first
from bnviz.telemetry.history import History
from bnviz.telemetry.norm_records import NormRecords
from bnviz.telemetry.run_description import WatchedModel, WatchedNorm

MAX_CELLS = 48
"""Most moments that a row shows; of more, evenly spaced ones and always the newest."""


def watched_model(history: History) -> WatchedModel | None:
    """Return what was watched; None where the recording is of a run of the lab."""
    watched = history.description.watched
    return watched if isinstance(watched, WatchedModel) else None


def recording_strip(history: History) -> tuple[Row, ...]:
    """Return one row per layer that ran, the worst first; a layer that never ran in training shows its evaluations."""
    watched, records = watched_model(history), history.norm_records
    if watched is None or not len(records):
        return ()
    ran = [(watched.norms[norm], at) for norm, at in _calls(records)]
    steps = _chosen(np.unique(np.concatenate([records.step[at] for _, at in ran])))
    ends = _Ends.of(records)
    return worst_first([_row(norm, records, at, ends, steps) for norm, at in ran])


def _calls(records: NormRecords) -> Iterator[tuple[int, Ints]]:
    """Yield each layer that ran, and its rows in the first phase of ``PHASES`` in which it ran, in their order."""
    order = np.lexsort((np.arange(len(records)), records.phase, records.norm))
    norms, phases = records.norm[order], records.phase[order]
    starts = np.flatnonzero(np.diff(norms, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        first = phases[start:end] == phases[start]
        yield int(norms[start]), order[start:end][first]


def _chosen(steps: np.ndarray) -> list[int]:
    if len(steps) <= MAX_CELLS:
        return [int(step) for step in steps]
    at = np.unique(np.linspace(0, len(steps) - 1, MAX_CELLS).round().astype(int))
    return [int(step) for step in steps[at]]


@dataclass(frozen=True, slots=True, eq=False)
class _Ends:
    """Of every row of the records, as plain numbers: its step, the ends of z and ratio, channels not finite.

    A recording may have tens of thousands of rows, and an array per cell would take seconds.
    """

    step: list[int]
    z: list[tuple[float, float]]
    ratio: list[tuple[float, float]]
    bad: list[int]

    @classmethod
    def of(cls, records: NormRecords) -> _Ends:
        z, ratio = (list(zip(v[:, 0].tolist(), v[:, -1].tolist(), strict=True)) for v in (records.z, records.ratio))
        bad = np.maximum(records.not_finite, records.batch_not_finite)
        return cls(records.step.tolist(), z, ratio, bad.tolist())

    def cell(self, rows: list[int], step: int) -> Cell:
        """Return the worst of some calls of one step; a layer that did not run then leaves an empty cell."""
        if not rows:
            return Cell(step=step)
        bad = max(self.bad[row] for row in rows)
        return Cell(_hull([self.z[row] for row in rows]), _hull([self.ratio[row] for row in rows]), bad, step)


def _hull(ends: list[tuple[float, float]]) -> tuple[float, float]:
    known = [(low, high) for low, high in ends if not (math.isnan(low) or math.isnan(high))]
    return (min(low for low, _ in known), max(high for _, high in known)) if known else (math.nan, math.nan)


def _row(norm: WatchedNorm, records: NormRecords, at: Ints, ends: _Ends, steps: list[int]) -> Row:
    by_step: dict[int, list[int]] = {}
    for row in at.tolist():
        by_step.setdefault(ends.step[row], []).append(row)
    newest = max(by_step)
    cells = tuple(ends.cell(by_step.get(step, []), step) for step in steps)
    last = records.where(slice(by_step[newest][-1], by_step[newest][-1] + 1))
    whole, facts = ends.cell(by_step[newest], newest), _facts(last, len(by_step[newest]))
    return Row(norm.name, norm.kind, norm.channels, whole, cells, _worst(last), facts)


def _worst(last: NormRecords) -> tuple[Channel, ...]:
    """Return the channels of the last call that fit worst by z, then those by the ratio."""
    found: dict[int, Channel] = {}
    for number, z in zip(last.worst_z_channels[0].tolist(), last.worst_z[0].tolist(), strict=True):
        if number >= 0:
            found[number] = Channel(number, z=z)
    for number, ratio in zip(last.worst_ratio_channels[0].tolist(), last.worst_ratio[0].tolist(), strict=True):
        if number >= 0:
            found[number] = Channel(number, found[number].z if number in found else math.nan, ratio)
    return tuple(found.values())


def _facts(last: NormRecords, calls: int) -> tuple[tuple[str, str], ...]:
    """Return what the layer's last call says of it: key of its words and value."""
    momentum, tracked = float(last.momentum[0]), int(last.batches_tracked[0])
    facts = [
        ("mode", "training" if last.training[0] else "evaluation"),
        ("m", f"{int(last.m[0]):,}"),
        ("calls", str(calls)),
    ]
    if not math.isnan(momentum):
        facts.append(("momentum", f"{momentum:g}"))
    if tracked >= 0:
        facts.append(("tracked", f"{tracked:,}"))
    for name in ("not_finite", "batch_not_finite", "constant", "running_constant", "zero_gamma"):
        if count := int(getattr(last, name)[0]):
            facts.append((name, str(count)))
    return tuple(facts)
