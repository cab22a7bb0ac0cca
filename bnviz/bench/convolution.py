"""What telemetry costs a convolutional net: a step observed and reduced, over the same step bare."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import torch
from torch.nn import functional as F

from bnviz.bench.result import BenchRow
from bnviz.config import Experiment, RunConfig
from bnviz.data import load_dataset
from bnviz.telemetry.reduce import reduce_observations
from bnviz.training.loop import TrainingData
from bnviz.training.twins import Twin, build_twins

NAN4 = (float("nan"),) * 4
SIZES = (
    ("vgg11", 16, 64, 25),
    ("vgg11", 16, 128, 25),
    ("vgg11", 64, 64, 7),
    ("resnet20", 16, 64, 15),
    ("resnet20", 16, 128, 9),
)
"""Net, channels of the first stage, batch size, pairs of steps."""


def observed_steps() -> list[BenchRow]:
    """Measure nets with batch normalization at our small and at their published widths."""
    return [step_row(*size) for size in SIZES]


def step_row(net: str, width: int, batch: int, pairs: int) -> BenchRow:
    """Alternate bare and observed steps of one net; the figure is the median of the paired ratios."""
    config = RunConfig(net=net, width=width, batch_size=batch, activation="relu", init="kaiming", lr=0.01, norm="batch")
    dataset = load_dataset(config.dataset)
    (twin,) = build_twins(Experiment(config), dataset, torch.device("cpu"))[-1:]
    data = TrainingData.of(dataset, torch.device("cpu"))
    x, y = data.x[:batch], data.y[:batch]
    for _ in range(2):
        _bare(twin, x, y)
        _observed(twin, x, y)
    bare, seen, reducing = [], [], []
    for _ in range(pairs):
        bare.append(_timed(lambda: _bare(twin, x, y)))
        started = time.perf_counter()
        reducing.append(_observed(twin, x, y))
        seen.append(time.perf_counter() - started)
    ratios = [with_it / without for with_it, without in zip(seen, bare, strict=True)]
    detail = {
        "bare_ms": round(1e3 * statistics.median(bare), 2),
        "observed_ms": round(1e3 * statistics.median(seen), 2),
        "of_that_reducing_ms": round(1e3 * statistics.median(reducing), 2),
        "quartiles": [round(q, 3) for q in statistics.quantiles(ratios, n=4)],
        "pairs": pairs,
    }
    what = f"{net} width {width}, batch {batch}: step with full telemetry / bare"
    return BenchRow(what, statistics.median(ratios), 1.15, False, "ratio", detail)


def _bare(twin: Twin, x: torch.Tensor, y: torch.Tensor) -> None:
    loss = F.cross_entropy(twin.net(x), y)
    twin.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    twin.optimizer.step()
    loss.item()


def _observed(twin: Twin, x: torch.Tensor, y: torch.Tensor) -> float:
    """Make the same step with everything recorded; returns the seconds that the reduction took."""
    with twin.recorder.observing():
        loss = F.cross_entropy(twin.net(x), y)
    twin.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    twin.recorder.before_update()
    twin.optimizer.step()
    loss.item()
    seen = twin.recorder.take(NAN4)
    return _timed(lambda: reduce_observations([seen]))


def _timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
