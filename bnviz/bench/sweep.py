"""The speedup by stacking: a sweep's nets as stacks, against the same nets one after the other."""

from __future__ import annotations

import os
import statistics
import time

import torch

from bnviz.bench.result import BenchRow
from bnviz.config import RunConfig
from bnviz.data import Dataset, load_dataset
from bnviz.sweeps import Sweep, parse_axis, run_sweep

PLAYGROUND = RunConfig(dataset="spirals", depth=4, width=16, activation="tanh", batch_size=32)
DIGITS = RunConfig(depth=3)
NETS = (("48 nets of 4 x 16 tanh on points", PLAYGROUND, 10.0), ("48 nets of 3 x 100 on digits", DIGITS, 3.0))
"""Name, recipe and budget of each measurement."""


def stacked_sweeps() -> list[BenchRow]:
    """Measure a net of a playground's size and one on digits, on as many threads as there are cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
    try:
        return [sweep_row(*net) for net in NETS]
    finally:
        torch.set_num_threads(threads)


def sweep_row(what: str, base: RunConfig, budget: float, steps: int = 100, rounds: int = 3) -> BenchRow:
    """Alternate both ways; the value is the median of the paired ratios."""
    sweep = Sweep(base, parse_axis("lr=0.01:1:8"), parse_axis("init_scale=0.3:3:3"), seeds=1, steps=steps)
    dataset = load_dataset(base.dataset)
    _seconds(sweep, dataset, unstacked=False)
    pairs = [[_seconds(sweep, dataset, unstacked) for unstacked in (True, False)] for _ in range(rounds)]
    ratios = [unstacked / stacked for unstacked, stacked in pairs]
    detail = {
        "alone_s": round(statistics.median(unstacked for unstacked, _ in pairs), 2),
        "stacked_s": round(statistics.median(stacked for _, stacked in pairs), 3),
        "ratios": [round(ratio, 2) for ratio in ratios],
        "steps": steps,
        "threads": torch.get_num_threads(),
    }
    return BenchRow(f"{what}: one after the other / stacked", statistics.median(ratios), budget, True, "x", detail)


def _seconds(sweep: Sweep, dataset: Dataset, unstacked: bool) -> float:
    begun = time.perf_counter()
    for _ in run_sweep(sweep, dataset, unstacked=unstacked):
        pass
    return time.perf_counter() - begun
