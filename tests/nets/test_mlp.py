import copy
import math

import pytest
import torch
from torch import nn

from bnviz.config import ACTIVATIONS, RunConfig
from bnviz.nets import SeededDropout, build_net, head, hidden_layers


def build(seed=0, input_size=8, n_classes=3, **fields):
    generator = torch.Generator().manual_seed(seed)
    return build_net(RunConfig(**{"depth": 2, "width": 5, **fields}), input_size, n_classes, generator)


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"norm": "none"}, ["linear1", "activation1", "linear2", "activation2", "head"]),
        ({}, ["linear1", "norm1", "activation1", "linear2", "norm2", "activation2", "head"]),
        (
            {"norm_position": "after", "dropout": 0.5, "depth": 1},
            ["linear1", "activation1", "norm1", "dropout1", "head"],
        ),
        ({"dropout": 0.5, "depth": 1}, ["linear1", "norm1", "activation1", "dropout1", "head"]),
    ],
)
def test_children_have_stable_names(fields, names):
    assert [name for name, _ in build(**fields).named_children()] == names


def test_only_a_norm_right_behind_takes_the_bias_away():
    assert build().linear1.bias is None
    for fields in ({"norm": "none"}, {"norm_position": "after"}):
        assert torch.equal(build(**fields).linear1.bias, torch.zeros(5))
    assert torch.equal(build().head.bias, torch.zeros(3))


@pytest.mark.parametrize("norm", ["layer", "none"])
def test_behind_a_layer_norm_a_net_cannot_tell_x_from_2x(norm):
    net, x = build(norm=norm, eps=1e-12), torch.randn(6, 8, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        blind = torch.allclose(net(x), net(2 * x), atol=1e-5)
    assert blind == (norm == "layer")


def test_norm_takes_its_settings_from_the_recipe():
    norm = build(eps=1e-3, momentum=None, affine=False).norm1
    assert (norm.eps, norm.momentum, norm.affine, norm.num_features) == (1e-3, None, False, 5)


def test_twins_share_every_weight_whose_name_and_shape_agree():
    base = build().state_dict()
    for fields in (
        {"norm": "none"},
        {"norm_position": "after"},
        {"dropout": 0.3},
        {"activation": "relu"},
        {"depth": 4},
        {"depth": 1},
        {"optimizer": "adam"},
    ):
        other = build(**fields).state_dict()
        shared = [name for name in base if name.endswith("weight") and name in other and "norm" not in name]
        assert {"linear1.weight", "head.weight"} <= set(shared)
        for name in shared:
            assert torch.equal(base[name], other[name]), (fields, name)


def test_another_shape_elsewhere_does_not_shift_a_layers_draw():
    narrow, wide = build(n_classes=3), build(n_classes=4)
    assert torch.equal(narrow.linear2.weight, wide.linear2.weight)
    assert not torch.equal(narrow.linear1.weight, build(seed=1).linear1.weight)


def test_init_scale_is_a_factor_on_all_weights_but_the_heads():
    one, ten = build(), build(init_scale=10.0)
    for name in ("linear1", "linear2"):
        torch.testing.assert_close(ten.get_submodule(name).weight, 10 * one.get_submodule(name).weight)
    assert torch.equal(ten.head.weight, one.head.weight)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_kaiming_has_the_gain_of_its_activation(activation):
    gain = nn.init.calculate_gain("relu") if activation == "gelu" else None
    names = {"identity": "linear"}
    gain = gain or nn.init.calculate_gain(names.get(activation, activation))
    weight = build(init="kaiming", activation=activation, width=300, input_size=400, depth=1).linear1.weight
    assert float(weight.detach().std()) == pytest.approx(gain / 20, rel=0.02)


def test_xavier_is_uniform_within_its_bound_and_normal_has_its_std():
    bound = math.sqrt(6 / (400 + 300))
    weight = build(width=300, input_size=400, depth=1).linear1.weight.detach()
    assert float(weight.abs().max()) == pytest.approx(bound, rel=0.001)
    assert float(weight.std()) == pytest.approx(bound / math.sqrt(3), rel=0.02)
    weight = build(width=300, input_size=400, depth=1, init="normal", init_std=0.2).linear1.weight.detach()
    assert float(weight.std()) == pytest.approx(0.2, rel=0.02)


def test_building_and_dropout_leave_the_global_random_state_alone():
    before = torch.get_rng_state()
    build(dropout=0.5)(torch.ones(4, 8))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("position", ["before", "after"])
def test_hidden_layers_are_found_by_name(position):
    net = build(norm_position=position, dropout=0.2)
    first, second = hidden_layers(net)
    assert (first.name, second.name, first.position) == ("hidden1", "hidden2", position)
    assert first.linear is net.linear1
    assert second.norm is net.norm2
    assert second.activation is net.activation2
    assert head(net) is net.head
    assert hidden_layers(build(norm="none"))[0].norm is None


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_trains_with_any_batch_size(activation):
    net = build(activation=activation)
    for n in (1, 2, 5):
        net(torch.randn(n, 8, generator=torch.Generator().manual_seed(n))).sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in net.parameters())


def test_dropout_scales_what_it_keeps_and_its_masks_belong_to_the_seed():
    x = torch.ones(200, 50)
    first, second = SeededDropout(0.25, 7), SeededDropout(0.25, 7)
    out = first(x)
    assert out.unique().tolist() == [0.0, pytest.approx(4 / 3)]
    assert float((out == 0).float().mean()) == pytest.approx(0.25, abs=0.02)
    assert torch.equal(out, second(x))
    assert not torch.equal(first(x), out)
    assert first.eval()(x) is x


def test_twins_with_and_without_norm_drop_the_same_units():
    x = torch.ones(6, 5)
    assert torch.equal(build(dropout=0.5).dropout1(x), build(dropout=0.5, norm="none").dropout1(x))


def test_a_net_can_be_copied_after_use():
    net = build(dropout=0.5)
    net(torch.ones(4, 8))
    twin = copy.deepcopy(net)
    x = torch.ones(4, 8)
    assert torch.equal(net(x), twin(x))
