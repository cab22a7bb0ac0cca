"""The strip of a recording: what each normalization layer's inputs were against its running statistics, over steps."""

from __future__ import annotations

import math

import numpy as np

from bnviz.chapters.own_network.results import Cell, Channel, Row, worst_first
from bnviz.telemetry.history import History
from bnviz.telemetry.norm_records import PHASES, NormRecords
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
    ran = [(norm, mine) for index, norm in enumerate(watched.norms) if len(mine := _calls(records, index))]
    steps = _chosen(np.unique(np.concatenate([calls.step for _, calls in ran])))
    return worst_first([_row(norm, calls, steps) for norm, calls in ran])


def _calls(records: NormRecords, norm: int) -> NormRecords:
    """Return the calls of a layer in the first phase of PHASES in which it ran."""
    for phase in PHASES:
        mine = records.of(norm, phase)
        if len(mine):
            return mine
    return records.where(slice(0))


def _chosen(steps: np.ndarray) -> list[int]:
    if len(steps) <= MAX_CELLS:
        return [int(step) for step in steps]
    at = np.unique(np.linspace(0, len(steps) - 1, MAX_CELLS).round().astype(int))
    return [int(step) for step in steps[at]]


def _row(norm: WatchedNorm, calls: NormRecords, steps: list[int]) -> Row:
    cells = [_cell(calls.where(calls.step == step), step) for step in steps]
    last = calls.where(calls.step == calls.step[-1])
    newest = _cell(last, int(last.step[0]))
    return Row(norm.name, norm.kind, norm.channels, newest, tuple(cells), _worst(last), _facts(last))


def _cell(calls: NormRecords, step: int) -> Cell:
    """Return the worst of the calls of one step; a layer that did not run then leaves an empty cell."""
    if not len(calls):
        return Cell(step=step)
    bad = max(int(calls.not_finite.max()), int(calls.batch_not_finite.max()))
    return Cell(_ends(calls.z), _ends(calls.ratio), bad, step)


def _ends(quantiles: np.ndarray) -> tuple[float, float]:
    """Return the smallest first and the largest last quantile of all calls."""
    known = quantiles[~np.isnan(quantiles).any(1)]
    return (float(known[:, 0].min()), float(known[:, -1].max())) if len(known) else (math.nan, math.nan)


def _worst(calls: NormRecords) -> tuple[Channel, ...]:
    """Return the channels of the last call that fit worst by z, then those by the ratio."""
    last = calls.where(slice(len(calls) - 1, None))
    found: dict[int, Channel] = {}
    for number, z in zip(last.worst_z_channels[0].tolist(), last.worst_z[0].tolist(), strict=True):
        if number >= 0:
            found[number] = Channel(number, z=z)
    for number, ratio in zip(last.worst_ratio_channels[0].tolist(), last.worst_ratio[0].tolist(), strict=True):
        if number >= 0:
            found[number] = Channel(number, found[number].z if number in found else math.nan, ratio)
    return tuple(found.values())


def _facts(calls: NormRecords) -> tuple[tuple[str, str], ...]:
    """Return what the layer's last calls say of it: key of its words and value."""
    last = calls.where(slice(len(calls) - 1, None))
    momentum, tracked = float(last.momentum[0]), int(last.batches_tracked[0])
    facts = [
        ("mode", "training" if last.training[0] else "evaluation"),
        ("m", f"{int(last.m[0]):,}"),
        ("calls", str(len(calls))),
    ]
    if not math.isnan(momentum):
        facts.append(("momentum", f"{momentum:g}"))
    if tracked >= 0:
        facts.append(("tracked", f"{tracked:,}"))
    for name in ("not_finite", "batch_not_finite", "constant", "running_constant", "zero_gamma"):
        if count := int(getattr(last, name)[0]):
            facts.append((name, str(count)))
    return tuple(facts)
