"""Loss surfaces: ours over the usual point-by-point loop, on the same net in the same run."""

from __future__ import annotations

import statistics
import time

import numpy as np
import torch

from bnviz.bench.result import BenchRow
from bnviz.config import preset
from bnviz.data import load_dataset
from bnviz.landscape import current_weights, evaluate_plane, random_plane
from bnviz.landscape.plain import plain_losses
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.twins import build_twins


def surfaces() -> list[BenchRow]:
    """Measure the paper's net (three hidden layers) and the default one (six)."""
    return [_surface("figure1"), _surface("default")]


def _surface(scene: str, grid: int = 25, samples: int = 1000, rounds: int = 3) -> BenchRow:
    """Measure both ways on the BN arm of a scene; the largest difference is in the detail."""
    experiment, device = preset(scene), torch.device("cpu")
    dataset = load_dataset(experiment.base.dataset)
    twins = build_twins(experiment, dataset, device)
    steps = train_steps(twins, TrainingData.of(dataset, device))
    for _ in range(50):
        next(steps)
    net = twins[-1].net
    x, y = dataset.x_train[:samples].flatten(1), dataset.y_train[:samples]
    plane, axis = random_plane(current_weights(net), 0), np.linspace(-1, 1, grid, dtype=np.float32)
    points = torch.tensor([(a, b) for b in axis for a in axis])
    ratios, worst = [], 0.0
    for _ in range(rounds):
        started = time.perf_counter()
        plain = plain_losses(net, x, y, plane, points, "batch", lambda: None).view(grid, grid).numpy()
        between = time.perf_counter()
        fast = evaluate_plane(net, x, y, plane, axis, axis, "batch")
        ratios.append((between - started) / (time.perf_counter() - between))
        worst = max(worst, float(np.max(np.abs(plain - fast))))
    detail = {"ratios": [round(r, 2) for r in ratios], "largest_difference": worst, "grid": grid, "samples": samples}
    layers = experiment.base.depth
    what = f"loss surface 25 x 25, {layers} x 100 with BN: plain loop / ours"
    return BenchRow(what, statistics.median(ratios), 4, True, "ratio", detail)
