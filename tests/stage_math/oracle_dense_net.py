"""The forward pass of bnviz's own nets, in both modes, with float32 weights computed in float64."""

from __future__ import annotations

from typing import Any

import torch
from golden_case import Case, draws, tensor
from torch import Tensor, nn

from bnviz.config import RunConfig
from bnviz.nets import build_net

INPUTS, CLASSES = 5, 3


def cases() -> list[Case]:
    """Return nets with and without BN and with every nonlinearity, and batches of several rows and of one."""
    random = draws(5)
    rows = random.normal(0.3, 1, (6, INPUTS)) * (random.random((6, INPUTS)) < 0.7)  # a digit has many zeros
    nets = [
        RunConfig(depth=2, width=4, activation="sigmoid", init="xavier"),
        RunConfig(depth=1, width=6, activation="relu", init="kaiming", eps=0.01),
        RunConfig(depth=2, width=4, activation="tanh", norm="none", init="xavier"),
    ]
    logits = random.normal(0, 3, 5)
    return [
        Case("softmax", [logits], torch.softmax(tensor(logits), 0)),
        Case("softmax", [[1000, 1001]], torch.softmax(tensor([1000, 1001]), 0)),
        *(_case(config, rows, training) for config in nets for training in (True, False)),
        _case(nets[0], rows[:1], True),
        _case(nets[0], rows[:1], False),
    ]


def _case(config: RunConfig, rows: Any, training: bool) -> Case:
    net = build_net(config, INPUTS, CLASSES, torch.Generator().manual_seed(7))
    _shake(net)
    layers = _layers(net, config.activation)
    seen: dict[str, Tensor] = {}
    for name, module in net.named_children():
        module.register_forward_hook(lambda _module, _inputs, output, name=name: seen.__setitem__(name, output))
    logits = net.double().train(training)(tensor(rows))
    expected = {
        "layers": [_expected(seen, f"{number}", layer) for number, layer in enumerate(layers, 1)],
        "logits": logits,
        "probabilities": torch.softmax(logits, 1),
    }
    return Case("forward", [layers, rows, training], expected)


def _shake(net: nn.Module) -> None:
    """Give biases, gamma, beta and running statistics values that a mix-up would show."""
    random = torch.Generator().manual_seed(8)
    with torch.no_grad():
        for name, value in net.state_dict().items():
            if value.is_floating_point() and not name.endswith("weight"):
                value.copy_(torch.rand(value.shape, generator=random) + 0.2)
            elif name.startswith("norm"):
                value.copy_(torch.rand(value.shape, generator=random) + 0.5)


def _layers(net: nn.Module, activation: str) -> list[dict[str, Any]]:
    children = dict(net.named_children())
    found = []
    for name, linear in children.items():
        if isinstance(linear, nn.Linear):
            norm = children.get(f"norm{name.removeprefix('linear')}")
            found.append(
                {
                    "weights": linear.weight.detach().flatten(),
                    "bias": None if linear.bias is None else linear.bias.detach(),
                    "norm": None if norm is None else _norm(norm),
                    "activation": "identity" if name == "head" else activation,
                }
            )
    return [
        {key: value.clone() if isinstance(value, Tensor) else value for key, value in each.items()} for each in found
    ]


def _norm(norm: nn.Module) -> dict[str, Any]:
    state = {name: value.clone() for name, value in norm.state_dict().items()}
    return {
        "gamma": state["weight"],
        "beta": state["bias"],
        "runningMean": state["running_mean"],
        "runningVariance": state["running_var"],
        "eps": norm.eps,
    }


def _expected(seen: dict[str, Tensor], number: str, layer: dict[str, Any]) -> dict[str, Any]:
    if layer["activation"] == "identity":
        return {"preActivations": seen["head"], "normalized": None, "activations": seen["head"]}
    linear, output = seen[f"linear{number}"], seen[f"activation{number}"]
    if layer["norm"] is None:
        return {"preActivations": linear, "normalized": None, "scaled": linear, "activations": output}
    scaled = seen[f"norm{number}"]
    normalized = (scaled - layer["norm"]["beta"]) / layer["norm"]["gamma"]
    return {"preActivations": linear, "normalized": normalized, "scaled": scaled, "activations": output}
