"""``python -m bnviz record survival``: the maps of the page at its default settings, and one of rates."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from bnviz.api.record import RecordOptions, command
from bnviz.chapters.survival.recorded import FILES, FOLDER, RATES, RATES_FILE, RATES_REQUEST, recorded_request
from bnviz.data import load_dataset
from bnviz.sweeps import CellResult, SweepResult, run_sweep, save_sweep
from bnviz.sweeps.provenance import provenance_of


def record(options: RecordOptions) -> list[Path]:
    """Train the maps; the parts are the networks, and the sweep over rates of the lab's scene."""
    files = {**FILES, RATES: RATES_FILE}
    return [_record_map(part, files[part], options) for part in options.parts_of(files)]


def _record_map(part: str, file: str, options: RecordOptions) -> Path:
    sweep = (RATES_REQUEST if part == RATES else recorded_request(part)).sweep()
    sweep = replace(sweep, seeds=options.seeds or sweep.seeds, steps=options.steps_or(sweep.steps))
    dataset = load_dataset(sweep.base.dataset)
    started, cells = time.perf_counter(), list[CellResult]()
    for found in run_sweep(sweep, dataset):
        cells.extend(found)
        options.on_progress(f"{part}: {len(cells)} of {sweep.size} networks")
    facts = provenance_of(sweep, dataset, time.perf_counter() - started) | {"script": command("survival")}
    target = options.target(FOLDER / file)
    save_sweep(SweepResult(sweep, tuple(cells), 1 / dataset.n_classes, facts), target)
    return target
