"""Running a sweep: nets of one shape train as one stack, all others one after the other."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice

import torch

from bnviz.config import Experiment
from bnviz.data import Dataset
from bnviz.nets import hidden_layers
from bnviz.progress import ProgressCallback, no_progress
from bnviz.studies.samples import fingerprint
from bnviz.sweeps.grid import Cell, Sweep
from bnviz.sweeps.result import CellResult
from bnviz.telemetry.saturation import inactive_fraction
from bnviz.training.device import resolve_device
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.stacked import StackedNets, shape_of
from bnviz.training.twins import Twin, build_twins

MAX_STACKED = 96
STACK_BYTES = 48 * 2**20
"""Bytes of the weights of one stack: beyond the processor's cache a larger stack is no faster."""

INACTIVE_SAMPLES = 500
REPORT_EVERY = 5
"""Steps between two reports of a net's progress."""
NAN = float("nan")


class SweepStopped(Exception):
    """The sweep was asked to stop; finished cells have been yielded."""


def run_sweep(
    sweep: Sweep,
    dataset: Dataset,
    done: Iterable[str] = (),
    stop: threading.Event | None = None,
    on_progress: ProgressCallback = no_progress,
    unstacked: bool = False,
    weight_perturbation: float = 0.0,
) -> Iterator[list[CellResult]]:
    """Train every unfinished net of a sweep and yield the results, some cells at a time.

    Args:
        sweep: which nets to train.
        dataset: the data.
        done: keys of cells that are not trained again.
        stop: checked every few steps; once set, the sweep ends.
        on_progress: called with (net-steps done, net-steps in all) every few steps.
        unstacked: train one net after the other, for comparison.
        weight_perturbation: relative change of the starting weights of stacked nets, to measure how far they
            amplify a rounding error.

    Yields:
        The results of the cells of a chunk.

    Raises:
        SweepStopped: ``stop`` was set before the last cell was done.
    """
    chunks = plan_chunks(sweep, dataset, done, unstacked)
    count, total = 0, sum(len(cells) for cells, _ in chunks) * sweep.steps

    def on_steps(steps: int) -> None:
        nonlocal count
        count += steps
        on_progress(count, total)
        if stop is not None and stop.is_set():
            raise SweepStopped

    for cells, keys in chunks:
        yield train_cells(cells, keys, sweep.steps, dataset, on_steps, unstacked, weight_perturbation)


def plan_chunks(
    sweep: Sweep, dataset: Dataset, done: Iterable[str] = (), unstacked: bool = False
) -> list[tuple[list[Cell], list[str]]]:
    """Return the unfinished cells in chunks that train together, each with the keys of its cells.

    Equal chunks give equal numbers to the last bit; another grouping rounds differently. So a sweep is always
    cut in the same way: one that was interrupted between two chunks ends with the same numbers.
    """
    data_key, finished = fingerprint(dataset), set(done)
    keys = {cell: cell.key(sweep.steps, data_key) for cell in sweep.cells()}
    chunks = _chunks(list(keys), sweep.seeds, dataset, unstacked)
    left = ([cell for cell in chunk if keys[cell] not in finished] for chunk in chunks)
    return [(chunk, [keys[cell] for cell in chunk]) for chunk in left if chunk]


def train_cells(
    cells: Sequence[Cell],
    keys: Sequence[str],
    steps: int,
    dataset: Dataset,
    on_steps: Callable[[int], None] = lambda steps: None,
    unstacked: bool = False,
    weight_perturbation: float = 0.0,
) -> list[CellResult]:
    """Train the nets of one chunk: as a stack if they have one shape that can be stacked, else one by one.

    ``on_steps`` is called every few steps with the number of net-steps made since its last call.
    """
    if unstacked or len({shape_of(cell.config) for cell in cells} | {None}) != 2:
        return [_train_one(cell, key, steps, dataset, on_steps) for cell, key in zip(cells, keys, strict=True)]
    return _train_stack(cells, keys, steps, dataset, on_steps, weight_perturbation)


def _chunks(cells: Sequence[Cell], seeds: int, dataset: Dataset, unstacked: bool) -> Iterator[list[Cell]]:
    """Yield chunks of cells of one shape whose weights fit; all seeds of a grid position are in one chunk."""
    for shape, group in groupby(sorted(cells, key=lambda c: repr(shape_of(c.config))), lambda c: shape_of(c.config)):
        members = list(group)
        size = 1 if unstacked or shape is None else _stack_size(members[0], dataset)
        size = max(1, size // seeds * seeds) if size >= seeds else size
        for start in range(0, len(members), size):
            yield sorted(members[start : start + size], key=lambda cell: cell.config.seed)


def _stack_size(cell: Cell, dataset: Dataset) -> int:
    width, depth = cell.config.width, cell.config.depth
    weights = width * (dataset.input_size + (depth - 1) * width + dataset.n_classes)
    return max(1, min(MAX_STACKED, STACK_BYTES // (4 * weights)))


def _train_stack(
    cells: Sequence[Cell],
    keys: Sequence[str],
    steps: int,
    dataset: Dataset,
    on_steps: Callable[[int], None],
    weight_perturbation: float,
) -> list[CellResult]:
    device = resolve_device(cells[0].config.device)
    x, y = dataset.x_train.flatten(1).to(device), dataset.y_train.to(device)
    nets = StackedNets([cell.config for cell in cells], x, y, dataset.n_classes)
    if weight_perturbation:
        nets.perturb_weights(weight_perturbation)
    for step in range(1, steps + 1):
        nets.advance()
        if step % REPORT_EVERY == 0 or step == steps:
            on_steps(len(cells) * (step - (step - 1) // REPORT_EVERY * REPORT_EVERY))
    x_test, y_test = dataset.x_test.flatten(1).to(device), dataset.y_test.to(device)
    losses, accuracies = nets.evaluate(x_test, y_test)
    inactive = nets.inactive_fraction(x_test[:INACTIVE_SAMPLES])
    numbers = zip(nets.losses.tolist(), losses.tolist(), accuracies.tolist(), inactive.tolist(), strict=True)
    ends = [None if step < 0 else int(step) for step in nets.diverged_at.tolist()]
    return [
        _result(cell, key, loss, test_loss, accuracy, idle, end)
        for cell, key, (loss, test_loss, accuracy, idle), end in zip(cells, keys, numbers, ends, strict=True)
    ]


def _train_one(cell: Cell, key: str, steps: int, dataset: Dataset, on_steps: Callable[[int], None]) -> CellResult:
    config = cell.config
    device = resolve_device(config.device)
    (twin,) = build_twins(Experiment(config, ((),)), dataset, device)
    loss: float | None = NAN
    for count, step in enumerate(islice(train_steps((twin,), TrainingData.of(dataset, device)), steps), 1):
        loss = step.losses[0]
        if count % REPORT_EVERY == 0 or count == steps:
            on_steps(count - (count - 1) // REPORT_EVERY * REPORT_EVERY)
    x_test, y_test = dataset.x_test.flatten(1).to(device), dataset.y_test.to(device)
    test_loss, accuracy = twin.evaluate(x_test, y_test)
    diverged = None if twin.diverged_at is None else twin.diverged_at[0]
    last = NAN if loss is None else loss
    return _result(cell, key, last, test_loss, accuracy, _inactive_fraction(twin, x_test[:INACTIVE_SAMPLES]), diverged)


def _inactive_fraction(twin: Twin, x: torch.Tensor) -> float:
    """Return what ``StackedNets.inactive_fraction`` measures, for one net of any family."""
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
