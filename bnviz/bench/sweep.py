"""The speedup by stacking: a sweep's nets as stacks, against the same nets one after the other in the usual loop."""

from __future__ import annotations

import statistics
import time
from itertools import islice

import torch
from torch.nn import functional as F

from bnviz.bench.result import BenchRow
from bnviz.config import Experiment, RunConfig
from bnviz.data import Dataset, load_dataset
from bnviz.sweeps import Sweep, parse_axis, run_sweep
from bnviz.training.batches import batch_indices
from bnviz.training.loop import TrainingData
from bnviz.training.permits import usable_cores
from bnviz.training.twins import build_twins

PLAYGROUND = RunConfig(dataset="spirals", depth=4, width=16, activation="tanh", batch_size=32)
DIGITS = RunConfig(depth=3)
NETS = (("48 nets of 4 x 16 tanh on points", PLAYGROUND, 10.0), ("48 nets of 3 x 100 on digits", DIGITS, 3.0))
"""Name, recipe and budget of each measurement."""


def stacked_sweeps() -> list[BenchRow]:
    """Measure a net of a playground's size and one on digits, on as many threads as there are cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(usable_cores())
    try:
        return [sweep_row(*net) for net in NETS]
    finally:
        torch.set_num_threads(threads)


def sweep_row(what: str, base: RunConfig, budget: float, steps: int = 100, rounds: int = 3) -> BenchRow:
    """Alternate both ways; the value is the median of the paired ratios."""
    sweep = Sweep(base, parse_axis("lr=0.01:1:8"), parse_axis("init_scale=0.3:3:3"), seeds=1, steps=steps)
    dataset = load_dataset(base.dataset)
    _seconds(sweep, dataset, unstacked=False)
    triples = [
        (_usual_seconds(sweep, dataset), *(_seconds(sweep, dataset, unstacked) for unstacked in (True, False)))
        for _ in range(rounds)
    ]
    ratios = [usual / stacked for usual, _, stacked in triples]
    usual_s, unstacked_s, stacked_s = (statistics.median(times) for times in zip(*triples, strict=True))
    detail = {
        "alone_s": round(usual_s, 2),
        "unstacked_s": round(unstacked_s, 2),  # one after the other by bnviz's own engine
        "stacked_s": round(stacked_s, 3),
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


def _usual_seconds(sweep: Sweep, dataset: Dataset) -> float:
    """Train net after net as one would write it: modules, autograd and torch.optim."""
    device = torch.device("cpu")
    data = TrainingData.of(dataset, device)
    x_test, y_test = dataset.x_test.flatten(1), dataset.y_test
    begun = time.perf_counter()
    for cell in sweep.cells():
        config = cell.config
        (twin,) = build_twins(Experiment(config, ((),)), dataset, device)
        batches = batch_indices(len(data.y), config.batch_size, config.seed, config.shuffle)
        for indices in islice(batches, sweep.steps):
            loss = F.cross_entropy(twin.net(data.x[indices]), data.y[indices])
            twin.optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            twin.optimizer.step()
            loss.item()
        twin.evaluate(x_test, y_test)
    return time.perf_counter() - begun
