"""What normalizations hold is copied as it is now, whatever was put in its place since it was first looked at."""

import torch
from torch import nn

from bnviz.telemetry.norm_states import NormStates
from bnviz.telemetry.observation import NormState


def held(norm):
    return NormState(norm.weight, norm.bias, norm.running_mean, norm.running_var)


def assert_copies(found, norm):
    expected = held(norm)
    for name in NormState.__dataclass_fields__:
        copy, value = getattr(found, name), getattr(expected, name)
        assert (copy is None) == (value is None), name
        if value is not None:
            assert torch.equal(copy, value), name
            assert not copy.requires_grad
            assert copy.data_ptr() != value.data_ptr()


def test_copies_follow_changes_in_place_and_tensors_that_were_replaced():
    norms = [nn.BatchNorm1d(3), None, nn.BatchNorm1d(4, affine=False)]
    states = NormStates(norms, [3, 5, 4])

    def check():
        first, none, last = states.copies()
        assert none is None
        assert_copies(first, norms[0])
        assert_copies(last, norms[2])
        return first

    before = check()
    with torch.no_grad():
        norms[0].weight.add_(1)
        norms[2].running_var.mul_(3)
    check()
    assert torch.equal(before.weight, torch.ones(3))  # a copy stays
    norms[0].running_mean = torch.full((3,), 7.0)
    norms[0].weight = nn.Parameter(torch.full((3,), 8.0))
    check()
    norms[0].bias.data = torch.full((3,), 9.0)  # the same parameter, other memory
    check()
    norms[0].bias = None
    check()


def test_what_is_not_held_per_unit_is_left_out():
    norm = nn.LayerNorm([2, 3])
    (found,) = NormStates([norm], [3]).copies()
    assert found == NormState()


def test_without_normalizations_there_is_nothing():
    assert NormStates([None, None], [3, 3]).copies() == [None, None]
