"""diagnose leaves no trace: parameters, buffers, gradients, modes, random states, the loader's generator."""

from __future__ import annotations

import random
import threading

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from bnviz import InputError, diagnose
from bnviz.diagnosis.sick_nets import held_out


class SmallNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.bn = nn.BatchNorm2d(4)
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(4, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.drop(torch.relu(self.bn(self.conv(x)))).mean((2, 3)))


class NetThatCannotBeCopied(SmallNet):
    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()


def everything(net: nn.Module) -> dict[str, object]:
    found: dict[str, object] = {name: value.clone() for name, value in net.state_dict().items()}
    found |= {f"identity of {name}": id(value) for name, value in net.named_buffers()}
    found |= {f"grad of {n}": None if p.grad is None else p.grad.clone() for n, p in net.named_parameters()}
    found |= {f"mode of {name}": module.training for name, module in net.named_modules()}
    found |= {f"hooks of {n}": len(m._forward_hooks) + len(m._forward_pre_hooks) for n, m in net.named_modules()}
    return found | {"torch": torch.get_rng_state(), "python": random.getstate(), "numpy": np.random.get_state()[1]}


def assert_same(before: dict[str, object], after: dict[str, object]) -> None:
    assert before.keys() == after.keys()
    for name, value in before.items():
        other = after[name]
        if isinstance(value, torch.Tensor | np.ndarray):
            assert np.array_equal(np.asarray(value), np.asarray(other), equal_nan=True), name
        else:
            assert value == other, name


def with_gradients(kind: type[SmallNet]) -> SmallNet:
    net = kind()
    net(held_out()[0][0]).sum().backward()
    net.bn.running_var[1] = torch.nan  # a cure is tried
    net.drop.eval()
    return net


def failing_metric(output: object, target: object) -> float:
    raise RuntimeError("no such metric")


@pytest.mark.parametrize("kind", [SmallNet, NetThatCannotBeCopied])
@pytest.mark.parametrize("metric", [None, failing_metric])
def test_nothing_changes(kind, metric) -> None:
    net = with_gradients(kind)
    before = everything(net)
    found = diagnose(net, held_out(batches=2), metric=metric)
    assert_same(before, everything(net))
    assert [each.code for each in found.serious] == ["not-finite"]
    assert [each.what for each in found.not_checked] == (["metric"] if metric else [])


@pytest.mark.parametrize("kind", [SmallNet, NetThatCannotBeCopied])
def test_nothing_changes_when_the_model_raises_in_one_mode(kind) -> None:
    class Raising(kind):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            out = super().forward(x)
            if self.training:
                raise RuntimeError("losses need targets in training mode")
            return out

    net = Raising()
    before = everything(net)
    found = diagnose(net, held_out(batches=2))
    assert_same(before, everything(net))
    assert [each.what for each in found.not_checked] == ["training mode"]
    assert found.metric == "accuracy"


def test_an_interrupt_in_the_loader_leaves_no_trace() -> None:
    def loader():
        torch.rand(3)
        yield held_out()[0]
        raise KeyboardInterrupt

    net = SmallNet()
    before = everything(net)
    with pytest.raises(KeyboardInterrupt):
        diagnose(net, loader())
    assert_same(before, everything(net))


def test_a_shuffling_loader_gives_the_same_batches_after() -> None:
    x, y = held_out()[0]
    generator = torch.Generator().manual_seed(5)
    loader = DataLoader(TensorDataset(x, y), batch_size=16, shuffle=True, generator=generator)
    state = generator.get_state()
    diagnose(SmallNet(), loader, batches=2)
    assert torch.equal(generator.get_state(), state)


def test_a_generator_is_read_no_further_than_the_batches() -> None:
    taken = []

    def loader():
        for number in range(100):
            taken.append(number)
            yield torch.randn(4, 1, 14, 14)

    diagnose(SmallNet(), loader(), batches=3)
    assert taken == [0, 1, 2]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"model": 3}, "model: found int, expected a torch.nn.Module"),
        ({"loader": 3}, "the loader must be an iterable of batches"),
        ({"loader": []}, "loader: found no batch"),
        ({"loader": ["text"]}, "without a tensor"),
        ({"batches": 2.5}, "batches: found 2.5, expected a whole number"),
        ({"batches": 0}, "batches: found 0"),
        ({"metric": "accuracy"}, "metric: found str, expected a function"),
        ({"optimizer": "adam"}, "optimizer: found str"),
        ({"reference": {}}, "reference: found dict"),
    ],
)
def test_wrong_arguments_end_in_one_sentence(arguments, sentence) -> None:
    given = {"model": SmallNet(), "loader": held_out(batches=1)} | arguments
    with pytest.raises(InputError, match=sentence):
        diagnose(given.pop("model"), given.pop("loader"), **given)
