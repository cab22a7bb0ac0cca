"""What scales how: steps per second against width, depth, batch size and number of sessions, beside their limit.

A step makes matrix products, whose time grows with the size of the net, and many small operations, whose time hardly
does. Three loops on the same data show which of the two a net waits for: the loop that one would write, ours, and the
matrix products alone. Their windows alternate, and only processor time counts, so that other programs on the machine
change little. How fast a rate falls is said as a slope on logarithmic axes: at -1, twice the size takes twice the
time; at 0, the size does not matter.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from bnviz.bench.device.scenes import CPU
from bnviz.bench.device.speed import PlainLoop
from bnviz.bench.products import Products
from bnviz.bench.result import BenchRow
from bnviz.config import Experiment, preset
from bnviz.data import load_dataset
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.twins import build_twins

ROUNDS, WINDOW_S, FEWEST = 5, 0.12, 2
"""Windows of each loop, and the least time and number of steps of one."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One size of the default scene that is varied while the others stay.

    Attributes:
        name: of the axis.
        field: of the recipe.
        values: from small to large.
    """

    name: str
    field: str
    values: tuple[int, ...]


AXES = (
    Axis("width", "width", (16, 32, 64, 128, 256, 512)),
    Axis("depth", "depth", (1, 2, 4, 8, 16)),
    Axis("batch size", "batch_size", (15, 30, 60, 120, 240, 480, 960)),
)


@dataclass(frozen=True, slots=True)
class Rates:
    """Medians over all rounds, of both arms.

    Attributes:
        plain: steps per second of the loop that one would write.
        ours: of ours, without a frame.
        products: of the matrix products alone.
        over_plain: ours over the plain loop, each pair from one round.
        gflops: floating-point operations of the products per nanosecond.
    """

    plain: float
    ours: float
    products: float
    over_plain: float
    gflops: float


def along_sizes(axes: Sequence[Axis] = AXES) -> list[BenchRow]:
    """Measure the three loops at every value of every axis."""
    rows = []
    for axis in axes:
        points = [(value, rates_of(_sized(axis, value))) for value in axis.values]
        rows += [_point(axis.name, value, rates) for value, rates in points]
        sizes = [value for value, _ in points]
        slopes = {
            name: round(slope(sizes, [getattr(rates, name) for _, rates in points]), 3)
            for name in ("plain", "products")
        }
        ours = slope(sizes, [rates.ours for _, rates in points])
        rows.append(slope_row(axis.name, sizes, ours, slopes))
    return rows


def slope(sizes: Sequence[float], rates: Sequence[float]) -> float:
    """Return the slope of the straight line through the points on logarithmic axes, by least squares."""
    return float(np.polyfit(np.log(sizes), np.log(rates), 1)[0])


def slope_row(axis: str, sizes: Sequence[int], ours: float, others: dict[str, float]) -> BenchRow:
    """Return the row of a slope; the detail has those of the other loops."""
    what = f"{axis} from {sizes[0]} to {sizes[-1]}: slope of steps per second on logarithmic axes"
    return BenchRow(what, ours, None, True, "", {"axis": axis, "slopes": others})


def rates_of(experiment: Experiment, rounds: int = ROUNDS, window_s: float = WINDOW_S) -> Rates:
    """Measure the three loops in turn, on one core."""
    dataset = load_dataset(experiment.base.dataset)
    products = Products(experiment, dataset)
    steps = train_steps(build_twins(experiment, dataset, CPU), TrainingData.of(dataset, CPU))

    def train() -> None:
        made = next(steps, None)
        if made is None or None in made.losses:
            raise RuntimeError("a network diverged, so its steps are no measure of speed")

    loops: tuple[Callable[[], object], ...] = (PlainLoop(experiment, dataset, CPU).step, train, products.step)
    for loop in loops:
        _rate(loop, window_s / 4)
    found = [[_rate(loop, window_s) for loop in loops] for _ in range(rounds)]
    plain, ours, alone = (statistics.median(column) for column in zip(*found, strict=True))
    over = statistics.median(each[1] / each[0] for each in found)
    return Rates(plain, ours, alone, over, products.flops * alone / 1e9)


def _rate(step: Callable[[], object], least_s: float) -> float:
    """Return steps per second of this thread's processor time."""
    count, started, elapsed = 0, time.thread_time(), 0.0
    while elapsed < least_s or count < FEWEST:
        step()
        count += 1
        elapsed = time.thread_time() - started
    return count / elapsed


def _sized(axis: Axis, value: int) -> Experiment:
    default = preset("default")
    return Experiment(default.base.with_fields(**{axis.field: value}), default.arms)


def _point(axis: str, value: int, rates: Rates) -> BenchRow:
    detail = {
        "axis": axis,
        "at": value,
        "bare_steps_per_s": round(rates.plain, 1),
        "limit": round(rates.products, 1),
        "over_bare": round(rates.over_plain, 3),
        "products_gflops": round(rates.gflops, 1),
    }
    return BenchRow(f"{axis} {value}: steps per second of both arms", rates.ours, None, True, "1/s", detail)
