"""Norms that are inserted into a running net."""

import copy

import pytest
import torch
from torch import nn

from bnviz.config import RunConfig
from bnviz.norms import BatchNorm, CumulativeNorm, DataSetNorm, LateNorm, activate_norms, make_norm, taking_reference


def values(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)) * 3 + 2


def test_inactive_it_is_the_identity_and_changes_nothing():
    norm, x = LateNorm(BatchNorm(3)), values(6, 3).requires_grad_()
    before = copy.deepcopy(norm.state_dict())
    for training in (True, False):
        assert norm.train(training)(x) is x
    norm(x).sum().backward()
    assert norm.weight.grad is None
    torch.testing.assert_close(norm.state_dict(), before, rtol=0, atol=0)
    assert not norm.active


@pytest.mark.parametrize("momentum", [0.1, None])
@pytest.mark.parametrize("tail", [(), (4, 5)])
def test_the_first_batch_after_waking_sets_the_running_statistics_wholly(tail, momentum):
    norm, oracle = LateNorm(BatchNorm(3, momentum=momentum)), BatchNorm(3, momentum=1.0)
    norm.activate()
    x = values(6, 3, *tail)
    assert torch.equal(norm(x), oracle(x))
    assert torch.equal(norm.running_mean, oracle.running_mean)
    assert torch.equal(norm.running_var, oracle.running_var)
    oracle.momentum = momentum
    assert norm.norm.momentum == momentum
    x = values(6, 3, *tail, seed=1)
    assert torch.equal(norm(x), oracle(x))
    assert torch.equal(norm.running_mean, oracle.running_mean)
    norm.activate()  # it is active: the next batch must not set them again
    norm(values(6, 3, *tail, seed=2))
    oracle(values(6, 3, *tail, seed=2))
    assert torch.equal(norm.running_var, oracle.running_var)


def test_evaluation_between_waking_and_the_first_batch_does_not_use_it_up():
    norm, x = LateNorm(BatchNorm(3)), values(6, 3)
    norm.activate()
    norm.eval()(x)
    norm.train()(x)
    torch.testing.assert_close(norm.running_mean, x.mean(0))


def test_activate_norms_activates_all_of_a_net_once():
    net = nn.Sequential(nn.Linear(3, 3), LateNorm(BatchNorm(3)), nn.Sequential(LateNorm(BatchNorm(3))))
    assert activate_norms(net) == 2
    assert all(module.active for module in net.modules() if isinstance(module, LateNorm))
    assert activate_norms(net) == 0


def test_it_shows_what_the_norm_inside_holds():
    inside = BatchNorm(3)
    norm = LateNorm(inside)
    for name in ("weight", "bias", "running_mean", "running_var"):
        assert getattr(norm, name) is getattr(inside, name)
    bare = make_norm(RunConfig(norm="layer", affine=False, norm_from=5), (3,), 0)
    assert (bare.weight, bare.bias, bare.running_mean, bare.running_var) == (None,) * 4
    assert {name for name, _ in norm.named_parameters()} == {"norm.weight", "norm.bias"}


@pytest.mark.parametrize("batches", [0, 1])
def test_the_state_tells_whether_it_is_active(batches):
    norm, fresh = LateNorm(BatchNorm(3)), LateNorm(BatchNorm(3))
    norm.activate()
    for seed in range(batches):
        norm(values(6, 3, seed=seed))
    fresh.load_state_dict(norm.state_dict())
    twin = copy.deepcopy(norm)
    x = values(6, 3, seed=9)
    out = norm(x)
    for other in (fresh, twin):
        assert other.active
        assert torch.equal(other(x), out)
        assert torch.equal(other.running_mean, norm.running_mean)
    inactive = LateNorm(BatchNorm(3))
    fresh.load_state_dict(inactive.state_dict())
    assert fresh(x) is x


@pytest.mark.parametrize("kind", [CumulativeNorm, DataSetNorm])
def test_norms_by_other_statistics_start_with_the_first_batch_too(kind):
    norm, x = LateNorm(kind(3)), values(6, 3)
    norm(values(6, 3, seed=1))
    activate_norms(norm)
    norm(x)
    torch.testing.assert_close(norm.running_mean, x.mean(0))


def test_a_reference_taken_after_waking_stays():
    norm, everything = LateNorm(DataSetNorm(3)), values(50, 3)
    norm.activate()
    with taking_reference(norm):
        norm(everything)
    norm(values(6, 3, seed=1))
    torch.testing.assert_close(norm.running_mean, everything.mean(0))
