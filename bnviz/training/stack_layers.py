"""Layers of many nets of one shape as single tensors, and the products of their forward and backward passes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from bnviz.config import RunConfig
from bnviz.nets import build_net

START = ("init", "init_std", "init_scale", "gamma_init", "seed")
"""Fields in which the nets of a stack may differ and on which their first weights depend."""


@dataclass(slots=True)
class StackedLayer:
    """One layer of all K nets; a part that the layer does not have is None.

    Attributes:
        weight: (K, U, n_in).
        bias: (K, U, 1).
        gamma: (K * U,).
        beta: (K * U,).
        running_mean: (K * U,).
        running_var: (K * U,).
    """

    weight: Tensor
    bias: Tensor | None
    gamma: Tensor | None
    beta: Tensor | None
    running_mean: Tensor | None
    running_var: Tensor | None

    def small_parameters(self) -> Iterator[Tensor]:
        """Yield the trained parameters other than the weights."""
        yield from (p for p in (self.bias, self.gamma, self.beta) if p is not None)


@dataclass(slots=True)
class Product:
    """A product z = W h: ``z`` (K, U, n) and ``h`` (G, n_in, n), of which each slice is for K / G nets in a row."""

    h: Tensor
    z: Tensor


def stack_layers(configs: Sequence[RunConfig], n_in: int, n_classes: int, device: torch.device) -> list[StackedLayer]:
    """Build the nets of these recipes and stack them layer by layer; each starts from the weights that it has alone.

    Nets that differ in rates alone start alike, and are built once.
    """
    built: dict[tuple[object, ...], dict[str, nn.Module]] = {}
    for config in configs:
        if _start(config) not in built:
            built[_start(config)] = _build(config, n_in, n_classes)
    nets = [built[_start(config)] for config in configs]
    return [_stacked(nets, number, configs[0], device) for number in _numbers(nets[0])]


def product(weight: Tensor, h: Tensor) -> Tensor:
    """Return W h, (K, U, n), for W (K, U, n_in) and h (G, n_in, n); each slice of h is for K / G nets in a row."""
    nets, units, inputs = weight.shape
    if nets == len(h):
        return torch.bmm(weight, h)
    # The BLAS is a fifth faster with the tall factor on the right, and transposing the product costs less than that.
    tall = weight.view(len(h), -1, inputs).transpose(1, 2)  # (G, n_in, K / G * U)
    return torch.bmm(h.transpose(1, 2), tall).transpose(1, 2).reshape(nets, units, -1)


def add_product(total: Tensor, z: Tensor, h: Tensor) -> None:
    """Add z h^T to a total (K, U, n_in), for z (K, U, n) and h (G, n_in, n)."""
    inputs, samples = h.shape[1:]
    total.view(len(h), -1, inputs).baddbmm_(z.reshape(len(h), -1, samples), h.transpose(1, 2))


def fit(values: Tensor, parameter: Tensor) -> Tensor:
    """Return values (K,) in a shape that broadcasts with a parameter (K, ...) or (K * U,)."""
    if parameter.dim() == 1:
        return values.repeat_interleave(len(parameter) // len(values))
    return values.view(-1, *[1] * (parameter.dim() - 1))


def _start(config: RunConfig) -> tuple[object, ...]:
    return tuple(getattr(config, name) for name in START)


def _build(config: RunConfig, n_in: int, n_classes: int) -> dict[str, nn.Module]:
    net = build_net(config, n_in, n_classes, torch.Generator().manual_seed(config.seed))
    return dict(net.named_children())


def _numbers(net: dict[str, nn.Module]) -> list[str]:
    return [name.removeprefix("linear") for name in net if name.startswith("linear")] + [""]


def _stacked(
    nets: Sequence[dict[str, nn.Module]], number: str, config: RunConfig, device: torch.device
) -> StackedLayer:
    linears = [net[f"linear{number}" if number else "head"] for net in nets]
    norms = [net.get(f"norm{number}") if number else None for net in nets]

    def of(modules: Sequence[nn.Module | None], name: str) -> Tensor | None:
        values = [value for module in modules if (value := getattr(module, name, None)) is not None]
        return torch.stack([value.detach() for value in values]).to(device) if values else None

    def flat(value: Tensor | None) -> Tensor | None:
        return None if value is None else value.flatten().clone()

    weight, bias = of(linears, "weight"), of(linears, "bias")
    assert weight is not None  # every linear layer has one
    return StackedLayer(
        weight,
        None if bias is None else bias[:, :, None].clone(),
        flat(of(norms, "weight")),
        flat(of(norms, "bias")),
        flat(of(norms, "running_mean")),
        flat(of(norms, "running_var")),
    )
