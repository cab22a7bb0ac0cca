"""What is read from a device arrives whole, in order, and after one wait; what is on the CPU is left alone."""

from dataclasses import fields, replace

import numpy as np
import pytest
import torch

from bnviz.telemetry.observation import (
    Arriving,
    LayerObservation,
    NormState,
    Observation,
    PackedObservation,
    tensors_of,
)
from bnviz.telemetry.records import ARM_FIELDS
from bnviz.telemetry.reduce import reduce_observations
from bnviz.telemetry.run_description import Edges
from bnviz.telemetry.transfer import Fetch, Packing, fetch, to_device
from tests.pretend_device import PretendTensor, pretend_device

EVERYTHING = [
    torch.randn(3, 4),
    torch.tensor(7),
    torch.tensor([True, False, True]),
    torch.randn(5).bfloat16(),
    torch.empty(0),
    torch.randn(2, 3, dtype=torch.float64).T,
    torch.randn(1, 2, 3, 3).contiguous(memory_format=torch.channels_last),
    torch.randn(9).half(),
    torch.tensor(-0.0),
    torch.tensor([float("nan"), float("inf")]),
]


@pytest.mark.parametrize("like", ["cuda", "mps"])
def test_tensors_of_all_types_arrive_in_order_after_one_wait(like):
    with pretend_device(like) as pretend:
        away = [tensor.to(pretend.device) for tensor in EVERYTHING if like == "cuda" or tensor.dtype != torch.float64]
        sent = {tensor.dtype for tensor in away}
        with pretend.counting() as waits:
            arrived = fetch([away[0], EVERYTHING[3], *away[1:]])
    assert len(waits) == 1
    assert arrived.pop(1) is EVERYTHING[3]
    for found, expected in zip(arrived, [each for each in EVERYTHING if each.dtype in sent], strict=True):
        assert not isinstance(found, PretendTensor)
        assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
        assert torch.equal(found.nan_to_num(3), expected.nan_to_num(3))


def test_tensors_of_the_cpu_are_neither_copied_nor_waited_for():
    given = [torch.ones(2), torch.zeros(3)]
    assert all(one is other for one, other in zip(fetch(given), given, strict=True))


def test_a_copy_that_is_under_way_holds_the_values_of_its_start():
    with pretend_device() as pretend:
        tensor = torch.ones(3).to(pretend.device)
        with pretend.counting() as waits:
            on_its_way = Fetch([tensor])
            tensor.zero_()
            assert not waits
            (arrived,) = on_its_way.wait()
    assert arrived.tolist() == [1, 1, 1]
    assert len(waits) == 1


def test_the_way_to_a_device_is_not_waited_for():
    with pretend_device() as pretend, pretend.counting() as waits:
        there = to_device(torch.arange(3), pretend.device)
        assert not waits
        assert there.tolist() == [0, 1, 2]
    assert to_device(there.inner, torch.device("cpu")) is there.inner


def observation(to=lambda tensor: tensor) -> Observation:
    draw = torch.Generator().manual_seed(0)

    def random(*shape: int) -> torch.Tensor:
        return to(torch.randn(*shape, generator=draw))

    state = NormState(random(7), random(7), None, random(7).abs())
    layers = tuple(
        LayerObservation(random(12, 7), norm, random(12, 7), False, "relu", state, stats, dead)
        for norm, stats, dead in (
            (None, None, None),
            (random(12, 7), (random(7), random(7).abs()), to(torch.arange(7) > 4)),
        )
    )
    grad_norm, weights, updates = random(3).abs(), random(90), random(90)
    return Observation(layers, grad_norm, weights, updates, (30, 30, 30), Edges(), 7, (1.0, 0.5, 2.0, 0.25))


def test_all_observations_of_a_frame_arrive_after_one_wait_with_the_numbers_of_the_cpu():
    expected = reduce_observations([observation(), observation()])
    with pretend_device() as pretend:
        away = [observation(lambda tensor: tensor.to(pretend.device)) for _ in range(2)]
        with pretend.counting() as waits:
            found = reduce_observations(away)
    assert len(waits) == 1
    for one, other in zip(found, expected, strict=True):
        for name in ARM_FIELDS:
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


def test_packed_observations_arrive_with_the_others_and_are_taken_apart_where_they_are_reduced():
    """Also behind a number of bytes that is no multiple of an entry's, and on the CPU."""
    expected = reduce_observations([observation(), observation()])
    with pretend_device() as pretend:
        away = [observation(lambda tensor: tensor.to(pretend.device)) for _ in range(2)]
        packings = [Packing(tensors_of(each)) for each in away]
        assert {len(packing.bytes) % 8 for packing in packings} == {0}
        packed = [PackedObservation(a, p, p.bytes, a.scalars) for a, p in zip(away, packings, strict=True)]
        with pretend.counting() as waits:
            found = [reduce_observations(given) for given in (packed, [away[0], packed[1]])]
    assert len(waits) == 2
    here = Packing(tensors_of(observation()))
    on_cpu = PackedObservation(observation(), here, here.bytes, observation().scalars)
    assert Arriving([on_cpu]).are_here
    for records in (*found, reduce_observations([on_cpu, observation()])):
        for one, other in zip(records, expected, strict=True):
            for name in ARM_FIELDS:
                np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


def test_a_record_does_not_keep_the_copy_of_its_frame():
    with pretend_device() as pretend:
        (record,) = reduce_observations([observation(lambda tensor: tensor.to(pretend.device))])
    for field in fields(record):
        values = getattr(record, field.name)
        assert values.base is None or values.base.nbytes <= 2 * values.nbytes, field.name


def test_observations_partly_on_the_cpu_arrive_too():
    """As of a watched model: its gradients are read before."""
    with pretend_device() as pretend:
        away = replace(observation(lambda tensor: tensor.to(pretend.device)), grad_norm=torch.ones(3))
        (arrived,) = Arriving([away]).wait()
    assert arrived.grad_norm is away.grad_norm
    assert not isinstance(arrived.layers[1].norm, PretendTensor)


def test_observations_on_the_cpu_stay_the_same_objects():
    here = observation()
    assert Arriving([here]).wait() == [here]
