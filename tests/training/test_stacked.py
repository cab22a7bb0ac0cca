"""Nets trained as one stack end where each ends alone."""

from itertools import islice

import pytest
import torch

from bnviz.config import Experiment, RunConfig
from bnviz.data import load_dataset
from bnviz.training import stack_layers
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.stacked import StackedNets, shape_of
from bnviz.training.twins import build_twins

CPU = torch.device("cpu")
STEPS = 20  # rounding differences grow with the steps
BASE = RunConfig(dataset="moons", depth=2, width=9, activation="tanh", batch_size=16)
SHAPES = [
    {},
    {"norm": "none"},
    {"norm_position": "after"},
    {"affine": False},
    {"momentum": None},
    {"activation": "relu", "init": "kaiming", "shuffle": "batches"},
    {"depth": 1, "activation": "sigmoid", "eps": 0.1},
]


def alone(config):
    dataset = load_dataset(config.dataset)
    (twin,) = build_twins(Experiment(config, ((("norm", config.norm),),)), dataset, CPU)
    steps = list(islice(train_steps([twin], TrainingData.of(dataset, CPU)), STEPS))
    return [step.losses[0] for step in steps], twin, twin.evaluate(dataset.x_test.flatten(1), dataset.y_test)


def stacked(configs):
    dataset = load_dataset(configs[0].dataset)
    nets = StackedNets(configs, dataset.x_train.flatten(1), dataset.y_train, dataset.n_classes)
    losses = []
    for _ in range(STEPS):
        nets.advance()
        losses.append(nets.losses.clone())
    return torch.stack(losses), nets, nets.evaluate(dataset.x_test.flatten(1), dataset.y_test)


@pytest.mark.parametrize("changes", SHAPES, ids=str)
def test_a_stack_ends_where_each_net_ends_alone(changes):
    varied = [
        {"lr": 0.3, "seed": 1},
        {"lr": 0.05, "init_scale": 3.0, "sgd_momentum": 0.9, "seed": 1},
        {"lr": 0.1, "weight_decay": 0.01, "seed": 4},
        {"lr": 0.1, "weight_decay": 0.1, "sgd_momentum": 0.5, "init_scale": 0.2, "seed": 4},
    ]
    configs = [BASE.with_fields(**changes, **each) for each in varied]
    losses, _, (test_losses, accuracies) = stacked(configs)
    for k, config in enumerate(configs):
        expected, _, (test_loss, accuracy) = alone(config)
        torch.testing.assert_close(losses[:, k], torch.tensor(expected), rtol=1e-3, atol=1e-4)
        assert test_losses[k].item() == pytest.approx(test_loss, rel=1e-3, abs=1e-4)
        assert accuracies[k].item() == pytest.approx(accuracy, abs=0.011)  # one of 100 on the border


def test_nets_that_differ_in_rates_alone_are_built_once(monkeypatch):
    built, build = [], stack_layers.build_net

    def counting(config, *args):
        built.append(config)
        return build(config, *args)

    monkeypatch.setattr(stack_layers, "build_net", counting)
    starts = [{"seed": 1}, {"seed": 1, "init_scale": 3.0}, {"seed": 2}, {"seed": 1, "gamma_init": 0.5}]
    rates = [{"lr": 0.1}, {"lr": 0.2, "sgd_momentum": 0.9}, {"lr": 0.3, "weight_decay": 0.1}]
    configs = [BASE.with_fields(**start, **rate) for rate in rates for start in starts]
    layers = stack_layers.stack_layers(configs, 2, 2, CPU)
    assert built == configs[: len(starts)]
    for layer in layers:
        for rate in (1, 2):
            assert torch.equal(layer.weight[: len(starts)], layer.weight[rate * len(starts) :][: len(starts)])
    assert layers[0].gamma.view(len(configs), -1)[:, 0].tolist() == [1.0, 1.0, 1.0, 0.5] * len(rates)


def test_seeds_in_any_order_and_number_get_their_own_batches():
    configs = [BASE.with_fields(lr=lr, seed=seed) for lr, seed in ((0.1, 5), (0.2, 0), (0.3, 5), (0.1, 2))]
    losses, _, _ = stacked(configs)
    for k, config in enumerate(configs):
        torch.testing.assert_close(losses[:, k], torch.tensor(alone(config)[0]), rtol=1e-3, atol=1e-4)


def test_a_perturbation_changes_each_weight_by_a_relative_amount():
    configs = [BASE.with_fields(seed=seed) for seed in (0, 1)]
    losses = []
    for relative in (0.0, 2.0**-23, 0.01):
        dataset = load_dataset(BASE.dataset)
        nets = StackedNets(configs, dataset.x_train.flatten(1), dataset.y_train, dataset.n_classes)
        before = [layer.weight.clone() for layer in nets.layers]
        nets.perturb_weights(relative)
        for layer, was in zip(nets.layers, before, strict=True):
            share = (layer.weight.double() / was.double() - 1).abs()
            torch.testing.assert_close(share, torch.full_like(share, relative), rtol=0.01, atol=6e-8)
        nets.advance()
        losses.append(nets.losses)
    assert 1e-5 < (losses[2] - losses[0]).abs().max() < 0.1
    torch.testing.assert_close(losses[0], losses[1], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_a_net_that_diverges_no_longer_changes_and_does_not_affect_the_others(momentum):
    linear = BASE.with_fields(norm="none", activation="identity", depth=6)
    wild = linear.with_fields(lr=100.0, init_scale=10.0, sgd_momentum=momentum)
    calm = linear.with_fields(lr=0.1)
    losses, nets, (test_losses, _) = stacked([wild, calm])
    _, twin, _ = alone(wild)
    assert twin.diverged_at is not None
    assert nets.diverged_at.tolist() == [twin.diverged_at[0], -1]
    assert losses[:, 1].isfinite().all()
    torch.testing.assert_close(losses[:, 1], torch.tensor(alone(calm)[0]), rtol=1e-3, atol=1e-4)
    assert test_losses[1].isfinite()
    before = [layer.weight.detach().clone() for layer in nets.layers]
    nets.advance()
    for layer, was in zip(nets.layers, before, strict=True):
        torch.testing.assert_close(layer.weight[0], was[0], rtol=0, atol=0, equal_nan=True)
        assert not torch.equal(layer.weight[1], was[1])


@pytest.mark.parametrize(
    "changes",
    [
        {"net": "vgg11"},
        {"norm": "group"},
        {"optimizer": "adam"},
        {"dropout": 0.1},
        {"norm_from": 5},
        {"lr_half_life": 9},
        {"norm_at": "1"},
        {"sgd_momentum": 0.9, "nesterov": True},
    ],
    ids=str,
)
def test_a_stack_refuses_what_it_does_not_know(changes):
    strange = BASE.with_fields(**changes)
    assert shape_of(strange) is None
    dataset = load_dataset("moons")
    with pytest.raises(ValueError, match="one shape that can be stacked"):
        StackedNets([strange], dataset.x_train, dataset.y_train, dataset.n_classes)


def test_one_stack_has_one_shape():
    assert shape_of(BASE) == shape_of(BASE.with_fields(lr=3.0, seed=9, init_scale=0.1))
    assert shape_of(BASE) != shape_of(BASE.with_fields(width=10))
    dataset = load_dataset("moons")
    with pytest.raises(ValueError, match="one shape"):
        StackedNets([BASE, BASE.with_fields(width=10)], dataset.x_train, dataset.y_train, 2)
