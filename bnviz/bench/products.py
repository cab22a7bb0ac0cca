"""The matrix products of a training step and nothing else: the limit that no exact step on the same cores can pass."""

from __future__ import annotations

import time
from itertools import pairwise

import torch

from bnviz.config import Experiment, RunConfig
from bnviz.data import Dataset


class Products:
    """The products of one step of all arms of a fully connected net, written into memory that is there already.

    A layer with weights W (O, I) on a batch x (B, I) takes three products: its output ``x W'`` and, from the gradient
    g (B, O) of that output, the gradients ``g' x`` of its weights and ``g W`` of its input. The input of the first
    layer is the data, which needs no gradient. Each product takes 2 B I O floating-point operations.

    Args:
        experiment: arms with ``net=mlp``.
        dataset: tells the size of an input and the number of classes.

    Attributes:
        flops: floating-point operations of one step.
    """

    def __init__(self, experiment: Experiment, dataset: Dataset) -> None:
        self._layers = [layer for config in experiment.configs for layer in _layers(config, dataset)]
        self.flops = sum(layer.flops for layer in self._layers)

    def steps_per_s(self, seconds: float) -> float:
        """Compute for a while and return the rate."""
        count, started = 0, time.perf_counter()
        while time.perf_counter() - started < seconds:
            self.step()
            count += 1
        return count / (time.perf_counter() - started)

    def step(self) -> None:
        """Compute the products of one step."""
        for layer in self._layers:
            torch.mm(layer.x, layer.weight.t(), out=layer.y)
        for layer in reversed(self._layers):
            torch.mm(layer.y.t(), layer.x, out=layer.weight_gradient)
            if layer.input_gradient is not None:
                torch.mm(layer.y, layer.weight, out=layer.input_gradient)


class _Layer:
    """The tensors of one layer; the output is also taken for its gradient, which has the same shape."""

    def __init__(self, batch: int, inputs: int, outputs: int, is_first: bool) -> None:
        self.x, self.y = torch.full((batch, inputs), 0.5), torch.zeros(batch, outputs)
        self.weight, self.weight_gradient = torch.full((outputs, inputs), 1e-3), torch.zeros(outputs, inputs)
        self.input_gradient = None if is_first else torch.zeros(batch, inputs)
        self.flops = 2 * batch * inputs * outputs * (2 if is_first else 3)


def _layers(config: RunConfig, dataset: Dataset) -> list[_Layer]:
    sizes = (dataset.input_size, *[config.width] * config.depth, dataset.n_classes)
    return [
        _Layer(config.batch_size, inputs, outputs, is_first=number == 0)
        for number, (inputs, outputs) in enumerate(pairwise(sizes))
    ]
