"""A norm knows the number of its batches without reading its counter, unless anything else wrote into it."""

import copy
import pickle

import pytest
import torch

from bnviz.norms import BatchNorm
from bnviz.norms.batch_count import BatchCount
from tests.pretend_device import pretend_device


def counted(norm, batches, seed=0):
    draw = torch.Generator().manual_seed(seed)
    for _ in range(batches):
        norm(torch.randn(6, 3, generator=draw))
    return norm


def theirs(batches):
    return counted(torch.nn.BatchNorm1d(3, momentum=None), batches)


@pytest.mark.parametrize(
    "change",
    [
        lambda norm: norm.num_batches_tracked.zero_(),
        lambda norm: norm.num_batches_tracked.fill_(7),
        lambda norm: norm.reset_running_stats(),
        lambda norm: norm.load_state_dict(theirs(9).state_dict()),
        lambda norm: setattr(norm, "num_batches_tracked", torch.tensor(4)),
        lambda norm: norm.double().float(),
    ],
    ids=["zeroed", "filled", "reset", "loaded", "replaced", "moved"],
)
def test_what_is_written_into_the_counter_counts(change):
    ours, expected = counted(BatchNorm(3, momentum=None), 3), theirs(3)
    for norm in (ours, expected):
        change(norm)
        counted(norm, 2, seed=1)
    for name, value in expected.state_dict().items():
        assert torch.equal(ours.state_dict()[name], value), name


@pytest.mark.parametrize(
    "copied",
    [
        copy.deepcopy,
        lambda norm: pickle.loads(pickle.dumps(norm)),  # noqa: S301 - our own bytes
    ],
    ids=["copy", "pickle"],
)
def test_a_copy_goes_on_from_the_counter_that_it_has(copied):
    original = counted(BatchNorm(3, momentum=None), 3)
    other = copied(original)
    counted(original, 5, seed=2)
    with torch.no_grad():
        other.num_batches_tracked.fill_(1)
    counted(other, 2, seed=1)
    assert (int(original.num_batches_tracked), int(other.num_batches_tracked)) == (8, 3)
    expected = theirs(3)
    expected.num_batches_tracked.fill_(1)
    assert torch.equal(other.running_mean, counted(expected, 2, seed=1).running_mean)


def test_entries_of_a_counter_are_counted_apart():
    counter, count = torch.zeros(3, dtype=torch.int64), BatchCount()
    assert [count.next_factor(counter, None, slice(k, k + 1)) for k in (0, 0, 2)] == [1, 1 / 2, 1]
    assert count.next_factor(counter, None) == 1 / 3
    assert count.next_factor(counter, 0.25, slice(1, 2)) == 0.25
    assert counter.tolist() == [3, 2, 2]
    assert count.next_factor(counter, None, slice(1, 2)) == 1 / 3


def test_in_inference_mode_the_counter_is_read():
    with torch.inference_mode():
        norm = BatchNorm(3, momentum=None)
        counted(norm, 2)
    assert int(norm.num_batches_tracked) == 2


def test_a_device_is_waited_for_once():
    with pretend_device() as pretend:
        norm = BatchNorm(3, momentum=None).to(pretend.device)
        x = torch.randn(6, 3).to(pretend.device)
        with pretend.counting() as waits:
            for _ in range(5):
                norm(x)
    assert len(waits) == 1
