"""The sweeps of the chapter: which nets, which values; a full form to record and a small one to run live."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from bnviz.chapters.initialization.results import FieldSweep, RecordedSweep
from bnviz.chapters.initialization.scale_sweep import run_sweep, sweep_from_dict
from bnviz.config import InputError, RunConfig, Value
from bnviz.progress import ProgressCallback, no_progress

FILE = Path(__file__).resolve().parents[3] / "assets" / "recordings" / "initialization.json"
NETS = {
    "relu": RunConfig(depth=3, width=64, activation="relu", init="kaiming"),
    "tanh": RunConfig(depth=3, width=64, activation="tanh", init="xavier"),
}
SCALES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
SGD: dict[str, Value] = {"optimizer": "sgd", "lr": 0.1}
ADAM: dict[str, Value] = {"optimizer": "adam", "lr": 0.001}
NORMS = ("none", "batch")
SEEDS, STEPS = (0, 1, 2, 3, 4), 300
LIVE_STEPS = 100


def full_sweep(
    kind: str, net: str, on_progress: ProgressCallback = no_progress, seeds: tuple[int, ...] = SEEDS, steps: int = STEPS
) -> FieldSweep:
    """Run the sweep that is shipped as recorded: kind "scale" (SGD and Adam) or "rate" (SGD)."""
    base = NETS[net]
    if kind == "scale":
        arms = [{**optimizer, "norm": norm} for optimizer in (SGD, ADAM) for norm in NORMS]
        return run_sweep(base, "init_scale", SCALES, arms, seeds, steps, on_progress)
    arms = [{"norm": norm} for norm in NORMS]
    return run_sweep(base, "lr", RATES, arms, seeds, steps, on_progress)


def live_sweep(kind: str, net: str, seed: int, on_progress: ProgressCallback = no_progress) -> FieldSweep:
    """Run a small form of the same sweep from one seed: fewer values and steps, SGD only."""
    base = NETS[net]
    if kind == "scale":
        arms = [{**SGD, "norm": norm} for norm in NORMS]
        return run_sweep(base, "init_scale", SCALES[::2], arms, (seed,), LIVE_STEPS, on_progress)
    return run_sweep(base, "lr", RATES[1::2], [{"norm": norm} for norm in NORMS], (seed,), LIVE_STEPS, on_progress)


@lru_cache(maxsize=4)
def recorded_sweep(kind: str, net: str) -> RecordedSweep:
    """Read a recorded sweep; raises InputError when the file holds no such sweep."""
    try:
        data = json.loads(FILE.read_text(encoding="utf-8"))
        return RecordedSweep(sweep_from_dict(data["sweeps"][f"{kind}-{net}"]), dict(data["provenance"]))
    except (OSError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{FILE.name} holds no sweep {kind}-{net}") from error
