"""A multilayer perceptron at several points of a plane at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from bnviz.landscape.stack import Stack

Step = Callable[[Tensor], Tensor]
"""One layer at all points of a chunk: (G, in, N) to (G, out, N)."""


class Chunk:
    """The evaluation of G points, again and again in the same memory; its views are made once.

    Args:
        stack: only read.
        y: classes (N,).
        points: G.
    """

    def __init__(self, stack: Stack, y: Tensor, points: int) -> None:
        self._stack, self._points = stack, points
        self._theta = stack.theta.new_empty(points, stack.theta.shape[1])
        self._first = stack.theta.new_empty(points, stack.pre_activation.shape[1])
        self._target = y.expand(points, -1)
        self._h = self._first.view(points, -1, stack.samples)
        self._outputs: dict[int, list[Tensor]] = {}
        self._holder: Tensor | None = None  # the memory of the last step's result, if it is one of the outputs
        (first, _), *rest = stack.layers
        bias = self._at(f"{first}.bias")
        self._steps = [] if bias is None else [_adds(bias[:, :, None])]
        self._steps += [self._step(name, layer) for name, layer in rest]

    def losses(self, coefficients: Tensor) -> Tensor:
        """Return the losses (G,) at G rows (1, a, b)."""
        torch.mm(coefficients, self._stack.theta, out=self._theta)
        torch.mm(coefficients, self._stack.pre_activation, out=self._first)
        h = self._h
        for step in self._steps:
            h = step(h)
        return functional.cross_entropy(h, self._target, reduction="none").mean(1)

    def _at(self, name: str) -> Tensor | None:
        """Return where a parameter will be at all points, (G, ...), or None if there is none."""
        if name in self._stack.resting:
            resting = self._stack.resting[name]
            return resting.expand(self._points, *resting.shape)
        if name not in self._stack.slices:
            return None
        start, stop, shape = self._stack.slices[name]
        return self._theta[:, start:stop].view(self._points, *shape)

    def _step(self, name: str, layer: nn.Module) -> Step:
        weight, bias = self._at(f"{name}.weight"), self._at(f"{name}.bias")
        if isinstance(layer, nn.Linear):
            assert weight is not None  # every linear layer has one
            return _multiplies(weight, bias, self._output(layer.out_features))
        if isinstance(layer, nn.BatchNorm1d):
            self._holder = None
            if f"{name}.weight" in self._stack.slices or f"{name}.bias" in self._stack.slices:
                return _normalizes_and_moves(layer, self._stack.bn_stats, weight, bias)
            resting = (self._stack.resting.get(f"{name}.{part}") for part in ("weight", "bias"))
            return _normalizes(layer, self._stack.bn_stats, *resting)
        if isinstance(layer, nn.GELU):
            self._holder = None
        return _activates(layer)

    def _output(self, units: int) -> Tensor:
        """Return memory for a product that the former result is not in."""
        kept = self._outputs.setdefault(units, [])
        free = next((out for out in kept if out is not self._holder), None)
        if free is None:
            free = self._theta.new_empty(self._points, units, self._stack.samples)
            kept.append(free)
        self._holder = free
        return free


def _adds(bias: Tensor) -> Step:
    return lambda h: h.add_(bias)


def _multiplies(weight: Tensor, bias: Tensor | None, out: Tensor) -> Step:
    if bias is None:
        return lambda h: torch.bmm(weight, h, out=out)
    column = bias[:, :, None]
    return lambda h: torch.baddbmm(column, weight, h, out=out)


def _normalizes(layer: nn.BatchNorm1d, bn_stats: str, gamma: Tensor | None, beta: Tensor | None) -> Step:
    """Return batch normalization where gamma and beta rest, each (C,) or missing."""
    mean, var, eps, channels = layer.running_mean, layer.running_var, layer.eps, layer.num_features
    if bn_stats == "batch" or mean is None or var is None:
        # One group per channel is batch normalization, by a kernel 5 times as fast as batch_norm's.
        return lambda h: torch.group_norm(h, channels, gamma, beta, eps, False)
    return lambda h: torch.batch_norm(h, gamma, beta, mean, var, False, 0.0, eps, False)


def _normalizes_and_moves(layer: nn.BatchNorm1d, bn_stats: str, gamma: Tensor | None, beta: Tensor | None) -> Step:
    """Return batch normalization where each point has its own gamma and beta, each (G, C) or missing."""
    plain = _normalizes(layer, bn_stats, None, None)

    def step(h: Tensor) -> Tensor:
        normalized = plain(h)
        if gamma is not None:
            normalized *= gamma[:, :, None]
        return normalized if beta is None else normalized.add_(beta[:, :, None])

    return step


def _activates(layer: nn.Module) -> Step:
    """Return a nonlinearity, in place where torch can, or nothing for a layer that does nothing here."""
    if isinstance(layer, nn.Sigmoid):
        return torch.sigmoid_
    if isinstance(layer, nn.Tanh):
        # tanh(x) = 2 sigmoid(2x) - 1: torch's tanh is 6 times as slow as its sigmoid on a CPU.
        return lambda h: h.mul_(2).sigmoid_().mul_(2).sub_(1) if h.device.type == "cpu" else h.tanh_()
    if isinstance(layer, nn.ReLU):
        return torch.relu_
    if isinstance(layer, nn.LeakyReLU):
        return partial(functional.leaky_relu_, negative_slope=layer.negative_slope)
    if isinstance(layer, nn.GELU):
        return partial(functional.gelu, approximate=layer.approximate)
    return lambda h: h
