"""What goes through shared memory comes out as it went in, and what does not fit is refused."""

import numpy as np
import pytest
import torch
from torch import nn

from bnviz.telemetry.arm_records import arm_records
from bnviz.telemetry.recorder import Recorder, edges_for
from bnviz.telemetry.records import ARM_FIELDS
from bnviz.telemetry.reduce import arrays_of, reduce_observations, slopes_of_all
from bnviz.telemetry.reducer_memory import (
    DoesNotFitError,
    read_observations,
    read_records,
    write_observations,
    write_records,
)

UNITS, BATCH = 5, 7


class Layer:
    position = "before"

    def __init__(self, linear, norm, activation):
        self.linear, self.norm, self.activation = linear, norm, activation


def observation(normed=True, dtype=torch.float32, activation="relu", maps=False):
    torch.manual_seed(0)
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
    return recorder.take((1.0, 0.5, float("nan"), 2.0))


def assert_same(found, expected):
    for one, other in zip(found, expected, strict=True):
        for name in ARM_FIELDS:
            left, right = getattr(one, name), getattr(other, name)
            assert (left.dtype, left.shape, left.tobytes()) == (right.dtype, right.shape, right.tobytes()), name


@pytest.mark.parametrize("maps", [False, True])
@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu"])
def test_numbers_from_shared_memory_are_those_of_the_observations_to_the_bit(activation, maps):
    seen = [observation(normed, activation=activation, maps=maps) for normed in (True, False)]
    arrays, slot = [arrays_of(one) for one in seen], np.zeros(2**20, np.uint8)
    write_observations(arrays, slopes_of_all(arrays), slot)
    arrived, slopes = read_observations(slot)
    records = arm_records(arrived, lambda *_: slopes)
    size = write_records(records, slot)
    expected = reduce_observations(seen)
    assert_same(records, expected)
    assert_same(read_records(slot[:size].tobytes()), expected)


def test_what_is_too_large_or_not_float32_is_refused():
    arrays = [arrays_of(observation())]
    slopes = slopes_of_all(arrays)
    with pytest.raises(DoesNotFitError):
        write_observations(arrays, slopes, np.zeros(500, np.uint8))
    with pytest.raises(DoesNotFitError):
        write_records(reduce_observations([observation()]), np.zeros(500, np.uint8))
    with pytest.raises(DoesNotFitError):
        write_observations([arrays_of(observation(dtype=torch.float64))], slopes, np.zeros(2**20, np.uint8))
