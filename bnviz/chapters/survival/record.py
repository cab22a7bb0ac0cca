"""``python -m bnviz record survival``: the map of every network of the page at its default settings."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from bnviz.api.record import RecordOptions, command
from bnviz.chapters.survival.recorded import FILES, FOLDER, recorded_request
from bnviz.data import load_dataset
from bnviz.sweeps import CellResult, SweepResult, run_sweep, save_sweep
from bnviz.sweeps.provenance import provenance_of


def record(options: RecordOptions) -> list[Path]:
    """Train the maps; the parts are the networks."""
    return [_record_map(net, options) for net in options.parts_of(FILES)]


def _record_map(net: str, options: RecordOptions) -> Path:
    sweep = recorded_request(net).sweep()
    sweep = replace(sweep, seeds=options.seeds or sweep.seeds, steps=options.steps_or(sweep.steps))
    dataset = load_dataset(sweep.base.dataset)
    started, cells = time.perf_counter(), list[CellResult]()
    for found in run_sweep(sweep, dataset):
        cells.extend(found)
        options.on_progress(f"{net}: {len(cells)} of {sweep.size} networks")
    facts = provenance_of(sweep, dataset, time.perf_counter() - started) | {"script": command("survival")}
    target = options.target(FOLDER / FILES[net])
    save_sweep(SweepResult(sweep, tuple(cells), 1 / dataset.n_classes, facts), target)
    return target
