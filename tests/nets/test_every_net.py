"""Properties of every net and norm that a recipe may name."""

import copy

import pytest
import torch
from torch.nn import functional as F

from bnviz.config import NETS, NORMS, InputError, RunConfig
from bnviz.nets import build_net, head, hidden_layers
from bnviz.norms import activate_norms, taking_reference

SHAPE = (1, 8, 8)
WIDTH = {"mlp": 6, "vgg11": 4, "resnet20": 4, "inception": 4, "rnn": 6}


def recipe(net, norm, **fields):
    activation = "tanh" if net == "rnn" else "relu"
    return RunConfig(**{"net": net, "norm": norm, "width": WIDTH[net], "depth": 2, "activation": activation, **fields})


def accepted():
    for net in NETS:
        for norm in NORMS:
            try:
                recipe(net, norm)
            except InputError:
                continue
            yield net, norm


def build(net, norm, seed=0, **fields):
    return build_net(recipe(net, norm, **fields), SHAPE, 3, torch.Generator().manual_seed(seed))


def batch(n=8, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(n, 64, generator=generator), torch.randint(3, (n,), generator=generator)


@pytest.mark.parametrize(("net", "norm"), list(accepted()))
def test_it_learns_and_is_deterministic_in_evaluation(net, norm):
    before = torch.get_rng_state()
    made = build(net, norm, dropout=0.1, init="kaiming", ghost_size=4)
    x, y = batch()
    with taking_reference(made):
        made(x)
    F.cross_entropy(made(x), y).backward()
    grads = {name: parameter.grad for name, parameter in made.named_parameters()}
    assert all(grad is not None and grad.isfinite().all() for grad in grads.values())
    assert all(float(grad.abs().sum()) > 0 for name, grad in grads.items() if name.endswith("conv1.weight"))
    made.eval()
    whole = made(x)
    assert torch.equal(whole, made(x))
    torch.testing.assert_close(torch.cat([made(part) for part in x.split(3)]), whole, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(made(x.flip(0)).flip(0), whole, rtol=1e-4, atol=1e-5)

    other = build(net, norm, seed=1, dropout=0.1, init="kaiming", ghost_size=4)
    other.load_state_dict(made.state_dict())
    assert torch.equal(other.eval()(x), whole)
    assert torch.equal(copy.deepcopy(made)(x), whole)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(("net", "norm"), list(accepted()))
def test_hidden_layers_and_equal_seeds(net, norm):
    one, same = build(net, norm), build(net, norm)
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), same.parameters(), strict=True))
    layers = hidden_layers(one)
    assert len({layer.name for layer in layers}) == len(layers)
    assert all((layer.norm is None) == (norm in ("none", "weight")) for layer in layers)
    assert head(one).out_features == 3


@pytest.mark.parametrize("net", [net for net in NETS if net != "rnn"])
def test_a_norm_inserted_later_changes_nothing_before_it_is_active(net):
    plain, later = build(net, "none", init="kaiming"), build(net, "batch", init="kaiming", norm_from=5)
    x, _ = batch()
    assert torch.equal(plain(x), later(x))
    activate_norms(later)
    assert not torch.allclose(plain(x), later(x), atol=1e-3)


def test_another_seed_draws_for_the_noisy_norm_leave_weights_as_they_were():
    for net in NETS:
        if net != "rnn":
            quiet, noisy = build(net, "batch").state_dict(), build(net, "noisy").state_dict()
            weights = [n for n in quiet if n.endswith("weight") and "norm" not in n]
            assert weights
            assert all(torch.equal(quiet[name], noisy[name]) for name in weights)
    one, two = build("mlp", "noisy"), build("mlp", "noisy", seed=1)
    two.load_state_dict(one.state_dict())
    x, _ = batch()
    assert not torch.equal(one(x), two(x)), "the noise belongs to the seed"


def test_standardized_weights_have_no_influence_of_their_mean():
    for net in ("mlp", "vgg11"):
        made = build(net, "weight", init="kaiming")
        x, _ = batch()
        expected = made(x)
        with torch.no_grad():
            for layer in hidden_layers(made):
                layer.linear.weight.add_(0.3)
        torch.testing.assert_close(made(x), expected, rtol=1e-3, atol=1e-4)
        partly = build(net, "weight", norm_at="2")
        kinds = [type(layer.linear).__name__.startswith("Standardized") for layer in hidden_layers(partly)]
        assert kinds == [n == 1 for n in range(len(kinds))]


def test_gamma_starts_where_the_recipe_says():
    for net in NETS:
        layers = hidden_layers(build(net, "batch", gamma_init=0.1))
        assert all(torch.allclose(layer.norm.weight, torch.tensor(0.1)) for layer in layers)
