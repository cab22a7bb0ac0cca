"""Backpropagation through a multilayer perceptron: forward through its layers, and back through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn

from bnviz import norms
from bnviz.backprop.batch_norm import BatchNorm
from bnviz.backprop.cross_entropy import CrossEntropy
from bnviz.backprop.dropout import Dropout
from bnviz.backprop.layer import Layer
from bnviz.backprop.linear import Linear
from bnviz.backprop.nonlinearities import NONLINEARITIES, Nonlinearity
from bnviz.nets.dropout import SeededDropout

_LAYERS: dict[type[nn.Module], Callable[[Any, bool], Layer]] = {
    nn.Linear: Linear,
    norms.BatchNorm: lambda module, _: BatchNorm(module),
    SeededDropout: lambda module, _: Dropout(module),
    **dict.fromkeys(NONLINEARITIES, lambda module, _: Nonlinearity(module)),
}


class Network:
    """A multilayer perceptron whose gradients are computed by hand, layer by layer.

    The loss is L(f_n(... f_2(f_1(x)))). By the chain rule, dL/dx of each layer is dL/dy of the layer before it, so one
    pass from the last layer to the first gives all gradients, at about twice the cost of the forward pass.

    Each layer calls the kernel of torch that autograd would call, in autograd's order. The numbers are therefore those
    of ``loss.backward()``, bit for bit; only the graph that autograd builds and walks is not made. The layers compute
    with detached views of the parameters, which share their memory.

    Source: Rumelhart, Hinton & Williams 1986, "Learning representations by back-propagating errors".

    Args:
        net: the modules in forward order, all of kinds that ``can_backpropagate`` knows.
    """

    def __init__(self, net: nn.Sequential) -> None:
        self._layers = [_LAYERS[type(module)](module, number == 0) for number, module in enumerate(net)]
        self._backwards = self._layers[::-1]
        self._loss = CrossEntropy()

    is_current = True
    """The layers look at their modules in each step."""

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the loss, (), of inputs (B, D) and classes (B,)."""
        for layer in self._layers:
            x = layer.forward(x)
        return self._loss.forward(x, y)

    def backward(self) -> None:
        """Give all parameters the gradients of the last loss, in ``.grad``."""
        gradient = self._loss.backward()
        for layer in self._backwards:
            gradient = layer.backward(gradient)

    @property
    def logits(self) -> Tensor:
        """Output of the last layer in the last forward pass, (B, K)."""
        return self._layers[-1].y

    @property
    def outputs(self) -> dict[nn.Module, Tensor]:
        """Output of each module in the last forward pass."""
        return {layer.module: layer.y for layer in self._layers}


def can_backpropagate(net: nn.Module) -> bool:
    """Return whether a net is a plain chain of layers that are known here, all of them learning and without hooks."""
    return (
        type(net) is nn.Sequential
        and all(type(module) in _LAYERS and not _has_hooks(module) for module in net)
        and not _has_hooks(net)
        and all(parameter.requires_grad for parameter in net.parameters())
    )


def _has_hooks(module: nn.Module) -> bool:
    return bool(
        module._forward_hooks or module._forward_pre_hooks or module._backward_hooks or module._backward_pre_hooks
    )
