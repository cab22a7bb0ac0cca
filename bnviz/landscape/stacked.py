"""The loss on a plane for multilayer perceptrons, many points at once.

Two ideas make it fast. The first layer's output is linear in the two coefficients, so its large matrix
product is needed three times and not once per point. And all later layers are evaluated for a chunk of points
in one stacked product, with samples as the last axis, so that a unit's batch statistics are taken over
contiguous memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional

from bnviz.landscape.plain import Direction

CHUNK_BYTES = 1 << 20
"""Size of one layer's output over a chunk of points: more would leave the processor's cache."""

_ACTIVATIONS = (nn.Sigmoid, nn.Tanh, nn.ReLU, nn.LeakyReLU, nn.GELU, nn.Identity)


def is_mlp(net: nn.Module) -> bool:
    """Return whether ``stacked_losses`` knows all of this net's layers."""
    if not isinstance(net, nn.Sequential) or not len(net):
        return False
    layers = list(net)[1:] if isinstance(net[0], nn.Flatten) else list(net)
    return (
        len(layers) > 0
        and isinstance(layers[0], nn.Linear)
        and len({id(layer) for layer in layers}) == len(layers)
        and all(isinstance(m, (nn.Linear, nn.BatchNorm1d, nn.Dropout, *_ACTIVATIONS)) for m in layers)
        and all(p.dtype == torch.float32 for p in net.parameters())
    )


def stacked_losses(
    net: nn.Sequential,
    x: Tensor,
    y: Tensor,
    directions: tuple[Direction, Direction],
    points: Tensor,
    bn_stats: str,
    on_chunk: Callable[[], None],
) -> Tensor:
    """Return the mean cross-entropy at every point; arguments as in ``evaluate_plane``, points (P, 2).

    The net must satisfy ``is_mlp``; it is only read.
    """
    with torch.inference_mode():
        stack = _Stack(net, x.flatten(1), directions, bn_stats)
        coefficients = torch.cat([torch.ones(len(points), 1), points], 1).to(x.device)  # (P, 3)
        size = max(1, CHUNK_BYTES // (4 * stack.widest * len(x)))
        losses = []
        for chunk in torch.split(coefficients, size):
            logits = stack.logits(chunk)
            target = y.expand(len(chunk), -1)
            losses.append(functional.cross_entropy(logits, target, reduction="none").mean(1))
            on_chunk()
        return torch.cat(losses).cpu().clone()


class _Stack:
    """A net's parameters as rows theta, d1, d2, and the net itself evaluated at many (1, a, b) at once."""

    def __init__(self, net: nn.Sequential, x: Tensor, directions: tuple[Direction, Direction], bn_stats: str) -> None:
        self.bn_stats = bn_stats
        self.samples = len(x)
        layers = [(name, m) for name, m in net.named_children() if not isinstance(m, (nn.Flatten, nn.Dropout))]
        self.first, *self.rest = layers
        self.widest = max(m.out_features for _, m in layers if isinstance(m, nn.Linear))
        rows = dict(_rows(net, directions))
        weight = rows.pop(f"{self.first[0]}.weight")  # (3, D, n_in)
        self.pre_activation = (weight @ x.T).flatten(1)  # (3, D * N)
        self.slices: dict[str, tuple[int, int, torch.Size]] = {}
        start = 0
        for name, row in rows.items():
            self.slices[name] = (start, start + row[0].numel(), row.shape[1:])
            start += row[0].numel()
        self.theta = torch.cat([row.flatten(1) for row in rows.values()], 1) if rows else x.new_empty(3, 0)

    def logits(self, coefficients: Tensor) -> Tensor:
        """Return the logits (G, C, N) at G rows (1, a, b)."""
        theta = coefficients @ self.theta
        h = (coefficients @ self.pre_activation).view(len(coefficients), -1, self.samples)
        bias = self._at(theta, f"{self.first[0]}.bias")
        if bias is not None:
            h += bias[:, :, None]
        for name, layer in self.rest:
            h = self._apply(name, layer, h, theta)
        return h

    def _at(self, theta: Tensor, name: str) -> Tensor | None:
        if name not in self.slices:
            return None
        start, stop, shape = self.slices[name]
        return theta[:, start:stop].view(len(theta), *shape)

    def _apply(self, name: str, layer: nn.Module, h: Tensor, theta: Tensor) -> Tensor:
        weight, bias = self._at(theta, f"{name}.weight"), self._at(theta, f"{name}.bias")
        if isinstance(layer, nn.Linear):
            assert weight is not None  # every linear layer has one
            return torch.bmm(weight, h) if bias is None else torch.baddbmm(bias[:, :, None], weight, h)
        if isinstance(layer, nn.BatchNorm1d):
            return self._normalize(layer, h, weight, bias)
        return _activate(layer, h)

    def _normalize(self, layer: nn.BatchNorm1d, h: Tensor, gamma: Tensor | None, beta: Tensor | None) -> Tensor:
        points, units, _ = h.shape
        rows = h.view(1, points * units, -1)  # one channel per point and unit
        gamma = None if gamma is None else gamma.reshape(-1)
        beta = None if beta is None else beta.reshape(-1)
        if self.bn_stats == "batch" or layer.running_mean is None or layer.running_var is None:
            # One group per channel is batch normalization, by a kernel 5 times as fast as batch_norm's.
            return torch.group_norm(rows, points * units, gamma, beta, layer.eps, False).view_as(h)
        mean, var = layer.running_mean.repeat(points), layer.running_var.repeat(points)
        return torch.batch_norm(rows, gamma, beta, mean, var, False, 0.0, layer.eps, False).view_as(h)


def _rows(net: nn.Module, directions: tuple[Direction, Direction]) -> Iterator[tuple[str, Tensor]]:
    for name, parameter in net.named_parameters():
        theta = parameter.detach()
        yield (name, torch.stack([theta, *(d.get(name, torch.zeros_like(theta)).to(theta) for d in directions)]))


def _activate(layer: nn.Module, h: Tensor) -> Tensor:
    if isinstance(layer, nn.Sigmoid):
        return h.sigmoid_()
    if isinstance(layer, nn.Tanh):
        # tanh(x) = 2 sigmoid(2x) - 1: torch's tanh is 6 times as slow as its sigmoid on a CPU.
        return h.mul_(2).sigmoid_().mul_(2).sub_(1) if h.device.type == "cpu" else h.tanh_()
    if isinstance(layer, nn.ReLU):
        return h.relu_()
    if isinstance(layer, nn.LeakyReLU):
        return functional.leaky_relu_(h, layer.negative_slope)
    if isinstance(layer, nn.GELU):
        return functional.gelu(h, approximate=layer.approximate)
    return h
