"""Running a sweep: nets of one shape as one stack, the rest one after the other."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice

import torch

from bnviz.config import Experiment
from bnviz.data import Dataset
from bnviz.nets import hidden_layers
from bnviz.studies.samples import fingerprint
from bnviz.sweeps.grid import Cell, Sweep
from bnviz.sweeps.result import CellResult
from bnviz.telemetry.saturation import inactive_fraction
from bnviz.training.device import resolve_device
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.stacked import StackedNets, shape_of
from bnviz.training.twins import Twin, build_twins

MOST_STACKED = 96
STACK_BYTES = 48 * 2**20
"""Weights of one stack: beyond the processor's cache a larger stack is no faster."""

IDLE_SAMPLES = 500
BETWEEN = 20
NAN = float("nan")

Tell = Callable[[int, int], None]


class SweepStopped(Exception):
    """Somebody asked to stop; the cells that were done have been handed out."""


def run_sweep(
    sweep: Sweep,
    dataset: Dataset,
    done: Iterable[str] = (),
    stop: threading.Event | None = None,
    tell: Tell = lambda steps, of: None,
    alone: bool = False,
    nudge: float = 0.0,
) -> Iterator[list[CellResult]]:
    """Train every net of a sweep that is not done and hand out results, some cells at a time.

    Args:
        sweep: what to train.
        dataset: on what.
        done: keys of cells that need not be trained again.
        stop: set by somebody who has seen enough; asked every few steps.
        tell: told (net-steps done, net-steps in all) every few steps.
        alone: one net after the other, as without this engine; for comparison.
        nudge: move the starting weights of stacked nets by this relative amount, to see how far a
            rounding error is carried.

    Yields:
        The results of cells that have just been finished.

    Raises:
        SweepStopped: when ``stop`` was set before the last cell was done.
    """
    chunks = planned(sweep, dataset, done, alone)
    count, total = 0, sum(len(cells) for cells, _ in chunks) * sweep.steps

    def between(steps: int) -> None:
        nonlocal count
        count += steps
        tell(count, total)
        if stop is not None and stop.is_set():
            raise SweepStopped

    for cells, keys in chunks:
        yield train_cells(cells, keys, sweep.steps, dataset, between, alone, nudge)


def planned(
    sweep: Sweep, dataset: Dataset, done: Iterable[str] = (), alone: bool = False
) -> list[tuple[list[Cell], list[str]]]:
    """Return what is not done in chunks that train together, each with the keys of its cells.

    Equal chunks give equal numbers to the last bit; another grouping rounds otherwise. So a sweep is always
    cut in the same way: one that was interrupted between two chunks ends as if it had not been.
    """
    data_key, kept = fingerprint(dataset), set(done)
    keys = {cell: cell.key(sweep.steps, data_key) for cell in sweep.cells()}
    chunks = _chunks(list(keys), sweep.seeds, dataset, alone)
    left = ([cell for cell in chunk if keys[cell] not in kept] for chunk in chunks)
    return [(chunk, [keys[cell] for cell in chunk]) for chunk in left if chunk]


def train_cells(
    cells: Sequence[Cell],
    keys: Sequence[str],
    steps: int,
    dataset: Dataset,
    between: Callable[[int], None] = lambda steps: None,
    alone: bool = False,
    nudge: float = 0.0,
) -> list[CellResult]:
    """Train the nets of one chunk: as a stack where they have one shape that it knows, else each alone."""
    if alone or len({shape_of(cell.config) for cell in cells} | {None}) != 2:
        return [_alone(cell, key, steps, dataset, between) for cell, key in zip(cells, keys, strict=True)]
    return _stacked(cells, keys, steps, dataset, between, nudge)


def _chunks(cells: Sequence[Cell], seeds: int, dataset: Dataset, alone: bool) -> Iterator[list[Cell]]:
    """Yield cells of one shape, so many that their weights fit; whole places, so that seeds come evenly."""
    for shape, group in groupby(sorted(cells, key=lambda c: repr(shape_of(c.config))), lambda c: shape_of(c.config)):
        members = list(group)
        size = 1 if alone or shape is None else _stack_size(members[0], dataset)
        size = max(1, size // seeds * seeds) if size >= seeds else size
        for start in range(0, len(members), size):
            yield sorted(members[start : start + size], key=lambda cell: cell.config.seed)


def _stack_size(cell: Cell, dataset: Dataset) -> int:
    width, depth = cell.config.width, cell.config.depth
    weights = width * (dataset.input_size + (depth - 1) * width + dataset.n_classes)
    return max(1, min(MOST_STACKED, STACK_BYTES // (4 * weights)))


def _stacked(
    cells: Sequence[Cell],
    keys: Sequence[str],
    steps: int,
    dataset: Dataset,
    between: Callable[[int], None],
    nudge: float,
) -> list[CellResult]:
    device = resolve_device(cells[0].config.device)
    x, y = dataset.x_train.flatten(1).to(device), dataset.y_train.to(device)
    nets = StackedNets([cell.config for cell in cells], x, y, dataset.n_classes)
    if nudge:
        nets.nudge(nudge)
    for step in range(1, steps + 1):
        nets.advance()
        if step % BETWEEN == 0 or step == steps:
            between(len(cells) * (step - (step - 1) // BETWEEN * BETWEEN))
    x_test, y_test = dataset.x_test.flatten(1).to(device), dataset.y_test.to(device)
    losses, accuracies = nets.evaluate(x_test, y_test)
    idles = nets.idle(x_test[:IDLE_SAMPLES])
    numbers = zip(nets.losses.tolist(), losses.tolist(), accuracies.tolist(), idles.tolist(), strict=True)
    ends = [None if step < 0 else int(step) for step in nets.diverged_at.tolist()]
    return [
        _result(cell, key, loss, test_loss, accuracy, idle, end)
        for cell, key, (loss, test_loss, accuracy, idle), end in zip(cells, keys, numbers, ends, strict=True)
    ]


def _alone(cell: Cell, key: str, steps: int, dataset: Dataset, between: Callable[[int], None]) -> CellResult:
    config = cell.config
    device = resolve_device(config.device)
    (twin,) = build_twins(Experiment(config, ((),)), dataset, device)
    loss: float | None = NAN
    for count, step in enumerate(islice(train_steps((twin,), TrainingData.of(dataset, device)), steps), 1):
        loss = step.losses[0]
        if count % BETWEEN == 0 or count == steps:
            between(count - (count - 1) // BETWEEN * BETWEEN)
    x_test, y_test = dataset.x_test.flatten(1).to(device), dataset.y_test.to(device)
    test_loss, accuracy = twin.evaluate(x_test, y_test)
    diverged = None if twin.diverged_at is None else twin.diverged_at[0]
    last = NAN if loss is None else loss
    return _result(cell, key, last, test_loss, accuracy, _idle(twin, x_test[:IDLE_SAMPLES]), diverged)


def _idle(twin: Twin, x: torch.Tensor) -> float:
    """Measure what ``StackedNets.idle`` measures, of one net of any family."""
    shares: list[float] = []

    def keep(_module: torch.nn.Module, _inputs: object, output: torch.Tensor) -> None:
        values = output.movedim(1, 0).flatten(1)[None]  # (1, U, samples and places)
        shares.append(inactive_fraction(twin.config.activation, values).item())

    handles = [layer.activation.register_forward_hook(keep) for layer in hidden_layers(twin.net)]
    was_training = twin.net.training
    try:
        with torch.inference_mode():
            twin.net.eval()(x)
    finally:
        twin.net.train(was_training)
        for handle in handles:
            handle.remove()
    return sum(shares) / len(shares) if shares else NAN


def _result(
    cell: Cell, key: str, loss: float, test_loss: float, accuracy: float, idle: float, diverged: int | None
) -> CellResult:
    loss, test_loss = (each if math.isfinite(each) else NAN for each in (loss, test_loss))
    return CellResult(key, cell.arm, cell.row, cell.column, cell.config.seed, loss, test_loss, accuracy, idle, diverged)
