"""Make the recorded survival maps: every network of the page at its default settings, three seeds.

Run from the top of the repository: ``python scripts/make_survival_recording.py [digits|relu|points ...]``.
Numbers only. A repetition on the same versions and machine gives the same numbers.
"""

import sys
import time

import torch

from bnviz.chapters.survival.recorded import FILES, FOLDER, recorded_request
from bnviz.data import load_dataset
from bnviz.sweeps import SweepResult, run_sweep, save_sweep
from bnviz.sweeps.provenance import provenance_of


def record(net: str) -> None:
    """Train one map and save it."""
    sweep = recorded_request(net).sweep()
    dataset = load_dataset(sweep.base.dataset)
    begun, cells = time.perf_counter(), []
    for found in run_sweep(sweep, dataset):
        cells.extend(found)
        print(f"{net}: {len(cells)} of {sweep.size} networks", flush=True)
    seconds = time.perf_counter() - begun
    facts = provenance_of(sweep, dataset, seconds) | {"script": "scripts/make_survival_recording.py"}
    path = FOLDER / FILES[net]
    result = SweepResult(sweep, tuple(cells), 1 / dataset.n_classes, facts)
    save_sweep(result, path)
    print(f"{path.name}: {path.stat().st_size / 1e3:.0f} kB, {seconds:.0f} s, {result.counts()}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in sys.argv[1:] or FILES:
        record(name)
