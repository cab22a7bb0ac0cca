"""The passes as scripts give the bits of the passes layer by layer, also once TorchScript has optimized them."""

import copy

import pytest
import torch
from torch import nn

from bnviz import norms
from bnviz.backprop import scripted
from bnviz.backprop.below_autograd import below_autograd
from bnviz.backprop.network import Network, can_backpropagate
from bnviz.backprop.nonlinearities import NONLINEARITIES
from bnviz.backprop.scripted import NotScriptableError, ScriptedNetwork
from bnviz.data import load_dataset
from bnviz.nets.dropout import SeededDropout
from bnviz.training.engines import by_hand_engine
from bnviz.training.engines.by_hand_engine import SCRIPTED_FROM
from bnviz.training.loop import TrainingData, train_steps
from tests.training.engines.test_same_bits import CPU, recipe, twins_of

B, D, U, K = 60, 50, 20, 10
CALLS = 4
"""TorchScript watches the first call, optimizes before the second, and goes on so."""


def chain(kind=nn.Sigmoid, norm=True, **options):
    torch.manual_seed(0)
    layers = []
    for n in range(2):
        layers += [nn.Linear(U if n else D, U, bias=not norm), norms.BatchNorm(U, **options) if norm else nn.Identity()]
        layers.append(kind())
    return nn.Sequential(*layers, nn.Linear(U, K))


def assert_same_bits(net):
    assert can_backpropagate(net)
    other = copy.deepcopy(net)
    scripts, layers = ScriptedNetwork(net), Network(other)
    for call in range(CALLS):
        generator = torch.Generator().manual_seed(call)
        x, y = torch.randn(B, D, generator=generator), torch.randint(0, K, (B,), generator=generator)
        with below_autograd():
            assert torch.equal(scripts.forward(x, y), layers.forward(x, y))
            scripts.backward()
            layers.backward()
        assert torch.equal(scripts.logits, layers.logits)
        for ours, theirs in zip(scripts.outputs.values(), layers.outputs.values(), strict=True):
            assert torch.equal(ours, theirs)
        for (name, ours), theirs in zip(net.named_parameters(), other.parameters(), strict=True):
            assert torch.equal(ours.grad, theirs.grad), name
        for (name, ours), theirs in zip(net.named_buffers(), other.buffers(), strict=True):
            assert torch.equal(ours, theirs), name
    assert list(scripts.outputs) == list(net)


@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize("kind", NONLINEARITIES)
def test_every_nonlinearity(kind, norm):
    assert_same_bits(chain(kind, norm))


@pytest.mark.parametrize("options", [{"affine": False}, {"momentum": 0.7, "eps": 1e-2}, {"mode": "eval"}])
def test_every_kind_of_normalization(options):
    net = chain(**{name: value for name, value in options.items() if name != "mode"})
    assert_same_bits(net.eval() if "mode" in options else net)


@pytest.mark.parametrize(
    "net", [chain(momentum=None), nn.Sequential(nn.Linear(D, U), SeededDropout(0.5, seed=1), nn.Linear(U, K))]
)
def test_what_differs_from_step_to_step_is_no_script(net):
    assert can_backpropagate(net)
    with pytest.raises(NotScriptableError):
        ScriptedNetwork(net)


def test_a_script_knows_when_its_normalizations_change():
    net = chain()
    passes = ScriptedNetwork(net)
    assert passes.is_current
    net[1].eval()
    assert not passes.is_current


def losses(mnist, steps=SCRIPTED_FROM + CALLS):
    (twin,) = twins_of(recipe("default"), mnist)
    made = train_steps([twin], TrainingData.of(mnist, CPU))
    found = [next(made).losses[0] for _ in range(steps)]
    return type(twin.engine._network), found, twin.engine.is_settled


@pytest.fixture(scope="module")
def mnist():
    return load_dataset("mnist")


def test_an_engine_goes_over_to_scripts_and_where_torch_has_none_it_stays(mnist, monkeypatch):
    first, _, at_first = losses(mnist, SCRIPTED_FROM)
    later, with_scripts, at_last = losses(mnist)

    def refuse(source):
        raise RuntimeError("no scripts")

    scripted._compiled.cache_clear()
    monkeypatch.setattr(torch.jit, "CompilationUnit", refuse)
    without, by_layers, _ = losses(mnist)
    assert (first, later, without) == (Network, ScriptedNetwork, Network)
    assert with_scripts == by_layers
    assert (at_first, at_last) == (False, True)


def test_a_network_that_changes_its_mode_in_mid_run_is_written_as_it_is_then(mnist):
    runs = []
    for start in (SCRIPTED_FROM, 10**9):
        (twin,) = twins_of(recipe("default"), mnist)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(by_hand_engine, "SCRIPTED_FROM", start)
            made = train_steps([twin], TrainingData.of(mnist, CPU))
            found = [next(made).losses[0] for _ in range(SCRIPTED_FROM + 2)]
            twin.net.eval()
            runs.append(found + [next(made).losses[0] for _ in range(CALLS)])
    assert runs[0] == runs[1]
