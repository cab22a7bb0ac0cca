"""What goes through shared memory comes out as it went in, and what does not fit is refused."""

import gc
import weakref

import numpy as np
import pytest
import torch
from torch import nn

from bnviz.telemetry import reducer_memory
from bnviz.telemetry.arm_records import arm_records
from bnviz.telemetry.recorder import Recorder, edges_for
from bnviz.telemetry.records import ARM_FIELDS
from bnviz.telemetry.reduce import reduce_observations
from bnviz.telemetry.reducer_memory import DoesNotFitError, SlotReader, read_records, write_records
from bnviz.telemetry.snapshot_writer import Slot, SnapshotWriter

UNITS, BATCH = 5, 7


class Layer:
    position = "before"

    def __init__(self, linear, norm, activation):
        self.linear, self.norm, self.activation = linear, norm, activation


def observation(normed=True, dtype=torch.float32, activation="relu", maps=False, seed=0):
    torch.manual_seed(seed)
    inputs = 3
    linear = nn.Conv2d(inputs, UNITS, 3) if maps else nn.Linear(inputs, UNITS)
    norm = (nn.BatchNorm2d if maps else nn.BatchNorm1d)(UNITS) if normed else nn.Identity()
    layer = Layer(linear, norm if normed else None, {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU}[activation]())
    head = nn.Linear(UNITS * (16 if maps else 1), 2)
    net = nn.Sequential(linear, norm, layer.activation, nn.Flatten(), head).to(dtype)
    recorder = Recorder([layer], head, activation, edges_for([activation]))
    with recorder.observing():
        loss = net(torch.randn(BATCH, inputs, *((6, 6) if maps else ()), dtype=dtype)).square().sum()
    loss.backward()
    recorder.before_update()
    with torch.no_grad():
        for weight in net.parameters():
            weight -= 0.1 * weight.grad
    return recorder.take((1.0 + seed, 0.5, float("nan"), 2.0))


def assert_same(found, expected):
    for one, other in zip(found, expected, strict=True):
        for name in ARM_FIELDS:
            left, right = getattr(one, name), getattr(other, name)
            assert (left.dtype, left.shape, left.tobytes()) == (right.dtype, right.shape, right.tobytes()), name


def slot_and_reader():
    slot = Slot(np.zeros(2**20, np.uint8))
    return slot, SlotReader(slot.memory)


def through_memory(writer, slot, reader, seen):
    """Return the numbers of observations as the process makes them, and as they come back."""
    writer.write(seen, slot)
    arrived, slopes = reader.views().read()
    records = arm_records(arrived, lambda *_: slopes)
    size = write_records(records, slot.memory)
    return records, read_records(slot.memory[:size].tobytes())


@pytest.mark.parametrize("maps", [False, True])
@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
def test_numbers_from_shared_memory_are_those_of_the_observations_to_the_bit(activation, maps):
    writer, (slot, reader) = SnapshotWriter(), slot_and_reader()
    for seed in range(3):  # one plan, several snapshots
        seen = [observation(normed, activation=activation, maps=maps, seed=seed) for normed in (True, False)]
        expected = reduce_observations(seen)
        for found in through_memory(writer, slot, reader, seen):
            assert_same(found, expected)
    assert len(reader._views) == 1


def test_a_snapshot_of_another_kind_has_a_plan_of_its_own_and_the_other_process_knows_both():
    writer, (slot, reader) = SnapshotWriter(), slot_and_reader()
    both, one, after = [observation(), observation(False)], [observation(False)], [observation(activation="tanh")]
    for seen in (both, one, after, both):  # an arm diverged; another network
        for found in through_memory(writer, slot, reader, seen):
            assert_same(found, reduce_observations(seen))
    assert len(reader._views) == 3


def test_a_plan_holds_in_every_slot_and_in_the_memory_of_another_process():
    writer, seen = SnapshotWriter(), [observation()]
    places = [slot_and_reader() for _ in range(2)]
    for slot, reader in (*places, places[0]):
        for found in through_memory(writer, slot, reader, seen):
            assert_same(found, reduce_observations(seen))


def test_a_slot_keeps_nothing_of_a_run_that_has_ended_and_a_run_nothing_of_memory_that_was_given_back():
    writer, (slot, _) = SnapshotWriter(), slot_and_reader()
    writer.write([observation()], slot)
    assert len(slot.divided) == 1
    memory = weakref.ref(slot.memory)
    del slot, _
    gc.collect()
    assert memory() is None
    slot, _ = slot_and_reader()
    writer.write([observation()], slot)
    del writer
    gc.collect()
    assert len(slot.divided) == 0


def test_plans_that_are_known_do_not_become_ever_more():
    slot, reader = slot_and_reader()
    for count in range(1, reducer_memory._MOST_PLANS + 3):
        SnapshotWriter().write([observation()] * count, slot)
        assert len(reader.views().observations) == count
    assert len(reader._views) <= reducer_memory._MOST_PLANS


def test_what_is_too_large_or_not_float32_is_refused():
    writer = SnapshotWriter()
    with pytest.raises(DoesNotFitError):
        writer.write([observation()], Slot(np.zeros(500, np.uint8)))
    with pytest.raises(DoesNotFitError):
        write_records(reduce_observations([observation()]), np.zeros(500, np.uint8))
    with pytest.raises(DoesNotFitError):
        writer.write([observation(dtype=torch.float64)], slot_and_reader()[0])
    assert_same(through_memory(writer, *slot_and_reader(), [observation()])[1], reduce_observations([observation()]))
