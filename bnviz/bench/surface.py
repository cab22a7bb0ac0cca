"""Loss surfaces: ours over the usual point-by-point loop, on the same net in the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from bnviz.array_types import Floats32
from bnviz.bench.result import BenchRow
from bnviz.config import preset
from bnviz.data import load_dataset
from bnviz.landscape import current_weights, evaluate_plane, random_plane
from bnviz.landscape.on_cores import compute_chunks
from bnviz.landscape.plain import Direction, plain_losses
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.permits import CorePermits
from bnviz.training.threads import threads_per_kernel
from bnviz.training.twins import build_twins

GRID, SAMPLES, ROUNDS = 25, 1000, 3


def surfaces() -> list[BenchRow]:
    """Measure the paper's net (three hidden layers) and the default one (six)."""
    return [_surface("figure1"), _surface("default")]


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is measured: a trained net with BN, and a plane through its weights."""

    net: nn.Sequential
    x: Tensor
    y: Tensor
    plane: tuple[Direction, Direction]
    axis: Floats32

    def plain(self) -> Floats32:
        """Return the surface as the usual loop computes it."""
        points = torch.tensor([(a, b) for b in self.axis for a in self.axis])
        losses = plain_losses(self.net, self.x, self.y, self.plane, points, "batch", lambda: None)
        return losses.view(GRID, GRID).numpy()

    def ours(self, permits: CorePermits | None) -> Floats32:
        """Return the surface, computed on the cores that the permits allow."""
        return evaluate_plane(self.net, self.x, self.y, self.plane, self.axis, self.axis, "batch", permits=permits)

    def products(self, permits: CorePermits) -> Floats32:
        """Compute nothing but the products that every point needs, of all layers but the first, on the same cores."""
        layers = [m for m in self.net if isinstance(m, nn.Linear)][1:]

        def make_worker() -> Callable[[int], None]:
            inputs = [torch.rand(layer.in_features, len(self.x)) for layer in layers]
            weights = [layer.weight.detach() for layer in layers]
            out = [torch.empty(layer.out_features, len(self.x)) for layer in layers]

            def compute(_number: int) -> None:
                for weight, given, product in zip(weights, inputs, out, strict=True):
                    torch.mm(weight, given, out=product)

            return compute

        compute_chunks(GRID * GRID, make_worker, permits)
        return self.axis


def _surface(scene: str) -> BenchRow:
    """Measure all ways on the BN arm of a scene; the largest difference is in the detail."""
    subject, permits = _subject(scene), CorePermits()
    seconds: dict[str, list[float]] = {"plain": [], "plain, all cores": [], "ours": [], "one core": [], "products": []}
    worst, equal = 0.0, True
    for _ in range(ROUNDS):
        plain = _timed(seconds["plain"], subject.plain)
        with threads_per_kernel(permits.count):
            _timed(seconds["plain, all cores"], subject.plain)
        shared = _timed(seconds["ours"], lambda: subject.ours(permits))
        alone = _timed(seconds["one core"], lambda: subject.ours(None))
        _timed(seconds["products"], lambda: subject.products(permits))
        worst = max(worst, float(np.max(np.abs(plain - shared))))
        equal = equal and alone.tobytes() == shared.tobytes()
    ratios = [before / ours for before, ours in zip(seconds["plain"], seconds["ours"], strict=True)]
    middle = {name: statistics.median(measured) for name, measured in seconds.items()}
    detail = {
        "plain_s": round(middle["plain"], 2),
        "ours_s": round(middle["ours"], 3),
        "ratios": [round(ratio, 2) for ratio in ratios],
        "on_one_core": round(middle["plain"] / middle["one core"], 2),
        "over_the_loop_with_torchs_own_threads": round(middle["plain, all cores"] / middle["ours"], 2),
        "limit": round(middle["plain"] / middle["products"], 2),
        "share_of_limit": round(middle["products"] / middle["ours"], 2),
        "same_bits_as_one_core": equal,
        "largest_difference": worst,
        "cores": permits.count,
        "grid": GRID,
        "samples": SAMPLES,
    }
    what = f"loss surface 25 x 25, {preset(scene).base.depth} x 100 with BN: plain loop / ours"
    return BenchRow(what, statistics.median(ratios), 4, True, "ratio", detail)


def _subject(scene: str) -> _Subject:
    experiment, device = preset(scene), torch.device("cpu")
    dataset = load_dataset(experiment.base.dataset)
    twins = build_twins(experiment, dataset, device)
    steps = train_steps(twins, TrainingData.of(dataset, device))
    for _ in range(50):
        next(steps)
    net = twins[-1].net
    assert isinstance(net, nn.Sequential)  # an mlp is one
    x, y = dataset.x_train[:SAMPLES].flatten(1), dataset.y_train[:SAMPLES]
    return _Subject(net, x, y, random_plane(current_weights(net), 0), np.linspace(-1, 1, GRID, dtype=np.float32))


def _timed(seconds: list[float], work: Callable[[], Floats32]) -> Floats32:
    started = time.perf_counter()
    result = work()
    seconds.append(time.perf_counter() - started)
    return result
