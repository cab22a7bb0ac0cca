"""Each recipe trains with the bits of modules, autograd and torch.optim, whichever engine computes its steps."""

import copy
from itertools import islice

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from bnviz.config import ACTIVATIONS, OPTIMIZERS, Experiment, RunConfig
from bnviz.data import load_dataset
from bnviz.telemetry.records import ARM_FIELDS
from bnviz.training.batches import batch_indices
from bnviz.training.engines import choice
from bnviz.training.engines.choice import engine_for
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.pre_step import pre_step_hook
from bnviz.training.twin_state import restore_twin, twin_state
from bnviz.training.twins import build_twins
from tests.training.engines.recipes import SMALL, UPDATES

CPU = torch.device("cpu")
STEPS = 12

BY_HAND = {
    "default": {"depth": 6, "width": 100},
    "without norm": {"norm": "none"},
    "tanh": {"activation": "tanh"},
    "relu": {"activation": "relu", "init": "kaiming", "lr": 0.1},
    "leaky_relu": {"activation": "leaky_relu", "lr": 0.1},
    "gelu": {"activation": "gelu", "lr": 0.1},
    "identity": {"activation": "identity", "lr": 0.1},
    "norm after": {"norm_position": "after", "activation": "relu", "lr": 0.1},
    "some layers": {"norm_at": "1.3"},
    "cumulative averages": {"momentum": None},
    "without gamma and beta": {"affine": False},
    "dropout": {"dropout": 0.3},
    "dropout before the head": {"dropout": 0.5, "dropout_at": "head"},
    **UPDATES,
    "the same batches": {"shuffle": "batches"},
    "batches of two": {"batch_size": 2},
}
BY_AUTOGRAD = {
    "batches of one": {"batch_size": 1, "lr": 0.01},
    "layer norm": {"norm": "layer"},
    "group norm": {"norm": "group", "groups": 4},
    "ghost": {"norm": "ghost"},
    "renorm": {"norm": "renorm", "optimizer": "adam", "lr": 0.01},
    "noisy": {"norm": "noisy"},
    "cumulative": {"norm": "cumulative"},
    "data set": {"norm": "dataset"},
    "weights": {"norm": "weight"},
    "inserted": {"norm_from": 4, "optimizer": "adam", "lr": 0.01},
    "inserted, momentum": {"norm_from": 4, "sgd_momentum": 0.9, "lr": 0.1},
    "rnn": {"net": "rnn", "activation": "tanh", "norm": "batch", "width": 8, "sgd_momentum": 0.9, "lr": 0.1},
    "vgg11": {"net": "vgg11", "activation": "relu", "width": 4, "batch_size": 8, "lr": 0.05, "sgd_momentum": 0.9},
    "resnet20": {"net": "resnet20", "activation": "relu", "width": 4, "batch_size": 8, "lr": 0.05},
    "inception": {"net": "inception", "activation": "relu", "width": 4, "batch_size": 8, "lr": 0.05},
}
RECIPES = [(engine, name) for engine, recipes in (("by hand", BY_HAND), ("autograd", BY_AUTOGRAD)) for name in recipes]


def recipe(name):
    return RunConfig(**SMALL | (BY_HAND | BY_AUTOGRAD)[name])


def twins_of(config, dataset):
    return build_twins(Experiment(config, ((),)), dataset, CPU)


class PlainLoop:
    """Modules, autograd and torch.optim, as in any tutorial, on the batches of a recipe."""

    def __init__(self, config, dataset):
        (self.twin,) = twins_of(config, dataset)
        self.data = TrainingData.of(dataset, CPU)
        self.batches = batch_indices(len(self.data.y), config.batch_size, config.seed, config.shuffle)
        self.hook = pre_step_hook(self.twin, self.data.x)
        self.step = 0

    def losses(self, steps):
        found = []
        for _ in range(steps):
            indices = next(self.batches)
            x, y = self.data.x[indices], self.data.y[indices]
            if self.hook is not None:
                x = self.hook(x, self.step)
            self.twin.optimizer.zero_grad()
            loss = F.cross_entropy(self.twin.net(x), y)
            loss.backward()
            self.twin.optimizer.step()
            self.step += 1
            found.append(loss.item())
        return found


def everything(twin):
    """Weights, buffers, gradients and the optimizer's state, by name."""
    found = dict(twin.net.state_dict())
    for name, parameter in twin.net.named_parameters():
        found[f"gradient of {name}"] = parameter.grad
        found |= {f"{key} of {name}": value for key, value in twin.optimizer.state[parameter].items()}
    return found


def layout(value):
    """Strides of the axes on which there is anything to step over."""
    return [stride for stride, size in zip(value.stride(), value.shape, strict=True) if size > 1]


def assert_same(one, other):
    ours, theirs = everything(one), everything(other)
    assert ours.keys() == theirs.keys()
    for name, value in ours.items():
        if isinstance(value, torch.Tensor):
            assert torch.equal(value, theirs[name]), name
            assert layout(value) == layout(theirs[name]), name  # a norm adds up in the order of the memory
        else:
            assert value == theirs[name], name


@pytest.fixture(scope="module")
def mnist():
    return load_dataset("mnist")


@pytest.mark.parametrize(("engine", "name"), RECIPES)
def test_a_recipe_trains_with_the_bits_of_the_plain_loop(mnist, engine, name):
    config, watched = recipe(name), name not in ("vgg11", "resnet20", "inception")
    plain = PlainLoop(config, mnist)
    (ours,) = twins_of(config, mnist)
    assert engine_for(ours, CPU).name == engine
    data = TrainingData.of(mnist, CPU)
    steps = train_steps([ours], data, lambda step: watched and step % 3 == 1)
    assert [step.losses[0] for step in islice(steps, STEPS)] == plain.losses(STEPS)
    assert_same(ours, plain.twin)


def test_every_nonlinearity_and_every_optimizer_is_among_the_recipes():
    configs = [recipe(name) for name in BY_HAND]
    assert {config.activation for config in configs} == set(ACTIVATIONS)
    assert {config.optimizer for config in configs} == set(OPTIMIZERS)


@pytest.mark.parametrize("name", BY_HAND)
def test_by_hand_the_recorder_sees_what_its_hooks_see(mnist, monkeypatch, name):
    frames = []
    for engine in ("by hand", "autograd"):
        (twin,) = twins_of(recipe(name), mnist)
        assert engine_for(twin, CPU).name == engine
        steps = train_steps([twin], TrainingData.of(mnist, CPU), lambda step: step == 2)
        frames.append(list(islice(steps, 3))[-1].frame.arms[0])
        monkeypatch.setattr(choice, "can_backpropagate", lambda net: False)
    for field in ARM_FIELDS:
        np.testing.assert_array_equal(getattr(frames[0], field), getattr(frames[1], field), err_msg=field)


RATES = ({"lr": 0.05, "sgd_momentum": 0.9}, {"lr": 0.02, "weight_decay": 0.01}, {"sgd_momentum": 0.0}, {"lr": 0.1})


@pytest.mark.parametrize("norm", ["batch", "layer"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_rates_that_change_in_mid_run_change_the_same_bits(mnist, optimizer, norm):
    config = RunConfig(**SMALL).with_fields(optimizer=optimizer, lr=0.01, norm=norm)
    plain, (ours,) = PlainLoop(config, mnist), twins_of(config, mnist)
    steps = train_steps([ours], TrainingData.of(mnist, CPU))
    for rates in RATES:
        assert [step.losses[0] for step in islice(steps, 3)] == plain.losses(3)
        for twin in (ours, plain.twin):
            twin.change_rates(twin.config.with_fields(**rates))
    assert [step.losses[0] for step in islice(steps, 3)] == plain.losses(3)
    assert_same(ours, plain.twin)


@pytest.mark.parametrize(
    "name", ["dropout", "nesterov", "adamw", "rmsprop with momentum", "inserted", "cumulative averages"]
)
def test_a_run_that_is_resumed_goes_on_with_the_same_bits(mnist, name):
    plain = PlainLoop(recipe(name), mnist)
    (first,), (second,) = twins_of(recipe(name), mnist), twins_of(recipe(name), mnist)
    data = TrainingData.of(mnist, CPU)
    losses = [step.losses[0] for step in islice(train_steps([first], data), 6)]
    restore_twin(second, copy.deepcopy(twin_state(first)))
    losses += [step.losses[0] for step in islice(train_steps([second], data, start=6), 6)]
    assert losses == plain.losses(12)
    assert_same(second, plain.twin)


def test_layers_in_evaluation_mode_learn_by_fixed_statistics(mnist):
    """As in fine-tuning with frozen statistics: gamma and beta learn, the running statistics do not move."""
    config = RunConfig(**SMALL).with_fields(dropout=0.3)
    plain, (ours,) = PlainLoop(config, mnist), twins_of(config, mnist)
    assert engine_for(ours, CPU).name == "by hand"
    for twin in (ours, plain.twin):
        twin.net.eval()
        twin.net.get_submodule("norm1").train()
    steps = train_steps([ours], TrainingData.of(mnist, CPU))
    assert [step.losses[0] for step in islice(steps, 5)] == plain.losses(5)
    assert_same(ours, plain.twin)


@pytest.mark.parametrize("change", ["hook", "frozen", "own kind"])
def test_what_is_done_to_a_net_from_outside_sends_it_by_autograd(mnist, change):
    (twin,) = twins_of(RunConfig(**SMALL), mnist)
    if change == "hook":
        twin.net.get_submodule("linear2").register_forward_hook(lambda module, args, output: None)
    elif change == "frozen":
        twin.net.get_submodule("linear2").weight.requires_grad_(False)
    else:
        twin.net.linear2 = type("Own", (torch.nn.Linear,), {})(20, 20)
    assert engine_for(twin, CPU).name == "autograd"
