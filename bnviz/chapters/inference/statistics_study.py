"""Which statistics to evaluate with: moving average, re-estimated or the batch's own, over a run (E9)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from bnviz.chapters.inference.results import StatisticsStudy
from bnviz.config import Experiment, RunConfig
from bnviz.data import load_dataset
from bnviz.files.write import atomic
from bnviz.norms.calibration import with_recalibrated_stats
from bnviz.training.evaluate import accuracy, accuracy_in_batches
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.twins import Twin, build_twins

RECORDED = Path(__file__).resolve().parents[3] / "assets" / "recordings" / "inference.json"
MOMENTA = (0.1, 0.01, 0.001)
KINDS = (*(f"ema {m:g}" for m in MOMENTA), "precise", "batch")
"""Statistics that are compared; ``ema`` names PyTorch's momentum."""

SIZES = (2, 8, 32, 128)
CHECKPOINTS = (10, 30, 100, 300, 1000)
SEEDS = (0, 1, 2)


def measure(
    sizes: Sequence[int] = SIZES,
    steps: Sequence[int] = CHECKPOINTS,
    seeds: Sequence[int] = SEEDS,
    on_run: Callable[[int, int], None] = lambda size, seed: None,
) -> npt.NDArray[np.float64]:
    """Train the BN arm of the default scene and evaluate it under all ``KINDS``; returns (S, T, K, seeds).

    One arm per momentum. The momentum affects the running statistics only, so all arms have equal weights.
    """
    found = np.empty((len(sizes), len(steps), len(KINDS), len(seeds)))
    for i, size in enumerate(sizes):
        for j, seed in enumerate(seeds):
            on_run(size, seed)
            found[i, :, :, j] = _one_run(size, seed, steps)
    return found


def _one_run(size: int, seed: int, steps: Sequence[int]) -> npt.NDArray[np.float64]:
    config = RunConfig(batch_size=size, seed=seed, device="cpu")
    arms = tuple((("norm", "batch"), ("momentum", momentum)) for momentum in MOMENTA)
    dataset, device = load_dataset(config.dataset), torch.device("cpu")
    twins = build_twins(Experiment(config, arms), dataset, device)
    data = TrainingData.of(dataset, device)
    test = dataset.x_test.flatten(1), dataset.y_test
    rows, updates = [], train_steps(twins, data)
    for step in range(1, max(steps) + 1):
        next(updates)
        if step in steps:
            rows.append([*_averages(twins, *test), *_others(twins[0], data, *test, size)])
    return np.array(rows)


def _averages(twins: Sequence[Twin], x: torch.Tensor, y: torch.Tensor) -> list[float]:
    return [accuracy(twin.net, x, y) for twin in twins]


def _others(twin: Twin, data: TrainingData, x: torch.Tensor, y: torch.Tensor, size: int) -> list[float]:
    return [accuracy(with_recalibrated_stats(twin.net, data.x), x, y), accuracy_in_batches(twin.net, x, y, size)]


def save_study(
    found: npt.NDArray[np.float64],
    provenance: dict[str, Any],
    path: Path,
    steps: Sequence[int] = CHECKPOINTS,
    seeds: Sequence[int] = SEEDS,
) -> None:
    """Write the results for all ``SIZES`` as JSON, accuracies to four digits."""
    body = {
        "sizes": SIZES,
        "steps": list(steps),
        "kinds": KINDS,
        "seeds": list(seeds),
        "accuracy": np.round(found, 4).tolist(),
        "provenance": provenance,
    }
    with atomic(path) as file:
        file.write_text(json.dumps(body) + "\n", encoding="utf-8")


@lru_cache(maxsize=1)
def recorded_study() -> StatisticsStudy:
    """Read the study that the app ships (made by ``python -m bnviz record inference``)."""
    body = json.loads(RECORDED.read_text(encoding="utf-8"))
    return StatisticsStudy(
        tuple(body["sizes"]),
        tuple(body["steps"]),
        tuple(body["kinds"]),
        tuple(body["seeds"]),
        np.array(body["accuracy"], np.float64),
        body["provenance"],
    )
