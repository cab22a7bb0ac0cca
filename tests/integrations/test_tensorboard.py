"""Frames written with the real SummaryWriter are read back by the real TensorBoard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from small_nets import norm_net, samples
from torch.nn import functional

import bnviz
from bnviz.integrations.tensorboard import HistoryWriter
from bnviz.telemetry.history import History
from bnviz.telemetry.records import STAGES


@pytest.fixture(scope="module")
def history() -> History:
    model = norm_net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x, y = samples(32)
    with bnviz.watch(model, optimizer, every=2) as watcher:
        for _ in range(5):
            optimizer.zero_grad()
            loss = functional.cross_entropy(model(x), y)
            loss.backward()
            watcher.log(train_loss=loss.item())
            optimizer.step()
    return watcher.history


class Notebook:
    """A writer that keeps what it is given."""

    def __init__(self) -> None:
        self.scalars: dict[str, list[tuple[int, float]]] = {}
        self.histograms: dict[str, list[np.ndarray]] = {}

    def add_scalar(self, tag: str, scalar_value: float, global_step: int | None = None) -> None:
        self.scalars.setdefault(tag, []).append((global_step, scalar_value))

    def add_histogram(self, tag: str, values: np.ndarray, global_step: int | None = None) -> None:
        self.histograms.setdefault(tag, []).append(values)


def written(history: History, writer: object) -> None:
    writing = HistoryWriter(writer, history)
    for frame in history.frames:
        writing.write(frame)


def test_any_writer_with_the_two_methods_is_enough(history: History) -> None:
    writer = Notebook()
    written(history, writer)
    layer = history.description.arms[0].layers[0]
    first = history.frames[0].arms[0]
    assert [step for step, _ in writer.scalars["train_loss"]] == [0, 2, 4]
    assert writer.scalars[f"{layer}/norm/mean"][0] == (0, pytest.approx(float(first.moments[0, 1, 0])))
    assert writer.scalars[f"{layer}/grad_norm"][0][1] == pytest.approx(float(first.grad_norm[0]))
    values = writer.histograms[f"{layer}/norm"][0]
    assert len(values) == first.histogram[0, 1].sum()
    assert values.mean() == pytest.approx(float(first.moments[0, 1, 0]), abs=0.1)


def test_tensorboard_reads_what_the_summary_writer_wrote(history: History, tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="no tensorboard: requirements-integrations.txt has it")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(tmp_path)) as writer:
        written(history, writer)
    read = EventAccumulator(str(tmp_path))
    read.Reload()
    layer = history.description.arms[0].layers[0]
    losses = [(event.step, event.value) for event in read.Scalars("train_loss")]
    assert losses == [(f.step, pytest.approx(f.arms[0].scalar("train_loss"))) for f in history.frames]
    for position, stage in enumerate(STAGES):
        told = read.Histograms(f"{layer}/{stage}")[0].histogram_value
        assert told.num == history.frames[0].arms[0].histogram[0, position].sum()
        # It keeps bins and takes the mean from their middles, so half a bin is its precision.
        mean = float(history.frames[0].arms[0].moments[0, position, 0])
        assert told.sum / told.num == pytest.approx(mean, abs=0.1)


def trained(writer: object, every: int = 2):
    model, (x, y) = norm_net(), samples(32)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with bnviz.watch(model, optimizer, every=every) as watcher:
        watcher.log_to(writer)
        for _ in range(5):
            optimizer.zero_grad()
            functional.cross_entropy(model(x), y).backward()
            optimizer.step()
    return watcher.history


def test_a_watcher_writes_while_the_loop_runs() -> None:
    writer = Notebook()
    history = trained(writer)
    records = history.norm_records
    assert [step for step, _ in writer.scalars["1/training/z.q95"]] == [0, 2, 4]
    assert [value for _, value in writer.scalars["1/training/z.q95"]] == pytest.approx(records.z[:, -1].tolist())
    assert [value for _, value in writer.scalars["1/training/m"]] == [32, 32, 32]
    assert [step for step, _ in writer.scalars["1/norm/mean"]] == [0, 2, 4]


def test_a_writer_that_fails_stops_being_asked_and_nothing_else_stops() -> None:
    class Full(Notebook):
        def add_scalar(self, tag: str, scalar_value: float, global_step: int | None = None) -> None:
            raise OSError("the disk is full")

    with pytest.warns(RuntimeWarning, match="bnviz stopped writing to Full, the recording continues: the disk is full"):
        history = trained(Full())
    assert [frame.step for frame in history.frames] == [0, 2, 4]


def test_a_thing_that_is_no_writer_is_refused_in_one_sentence(history: History) -> None:
    with pytest.raises(bnviz.InputError, match="found str, expected a writer with add_scalar and add_histogram"):
        HistoryWriter("runs", history)
