"""The nonlinearities and their gradients."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

from bnviz.backprop.below_autograd import kernel

_aten = torch.ops.aten

_Function = Callable[[Tensor], Tensor]
_Gradient = Callable[[Tensor, Tensor, Tensor], Tensor]
"""(dL/dy, x, y) -> dL/dx."""


class Nonlinearity:
    """y = f(x) for each number on its own, and dL/dx = dL/dy * f'(x).

    ============  =======================  ==========================================
    name          f(x)                     f'(x)
    ============  =======================  ==========================================
    sigmoid       1 / (1 + exp(-x))        y (1 - y), at most 1/4
    tanh          tanh(x)                  1 - y^2, at most 1
    relu          max(x, 0)                1 where x > 0, else 0
    leaky relu    max(x, 0) + s min(x, 0)  1 where x > 0, else s
    gelu          x Phi(x)                 Phi(x) + x phi(x), phi the normal density
    identity      x                        1
    ============  =======================  ==========================================

    Where f' is near 0, no gradient reaches the layers before: a saturated sigmoid or tanh, a unit of a ReLU that is 0.

    Args:
        module: the layer; one of those that ``NONLINEARITIES`` names.
    """

    def __init__(self, module: nn.Module) -> None:
        self.module = module
        self._function, self._gradient = NONLINEARITIES[type(module)](module)

    def forward(self, x: Tensor) -> Tensor:
        """Return f(x)."""
        self._x, self.y = x, self._function(x)
        return self.y

    def backward(self, grad_y: Tensor) -> Tensor:
        """Return dL/dy * f'(x)."""
        return self._gradient(grad_y, self._x, self.y)


def _sigmoid(_: nn.Module) -> tuple[_Function, _Gradient]:
    gradient = kernel(_aten.sigmoid_backward.default)
    return torch.sigmoid, lambda grad_y, x, y: gradient(grad_y, y)


def _tanh(_: nn.Module) -> tuple[_Function, _Gradient]:
    gradient = kernel(_aten.tanh_backward.default)
    return torch.tanh, lambda grad_y, x, y: gradient(grad_y, y)


def _relu(_: nn.Module) -> tuple[_Function, _Gradient]:
    gradient = kernel(_aten.threshold_backward.default)
    return torch.relu, lambda grad_y, x, y: gradient(grad_y, y, 0)


def _leaky_relu(module: nn.Module) -> tuple[_Function, _Gradient]:
    assert isinstance(module, nn.LeakyReLU)
    slope, gradient = module.negative_slope, kernel(_aten.leaky_relu_backward.default)
    function = partial(nn.functional.leaky_relu, negative_slope=slope)
    return function, lambda grad_y, x, y: gradient(grad_y, x, slope, False)


def _gelu(module: nn.Module) -> tuple[_Function, _Gradient]:
    assert isinstance(module, nn.GELU)
    function = partial(nn.functional.gelu, approximate=module.approximate)
    gradient = partial(kernel(_aten.gelu_backward.default), approximate=module.approximate)
    return function, lambda grad_y, x, y: gradient(grad_y, x)


def _identity(_: nn.Module) -> tuple[_Function, _Gradient]:
    return lambda x: x, lambda grad_y, x, y: grad_y


NONLINEARITIES: dict[type[nn.Module], Callable[[nn.Module], tuple[_Function, _Gradient]]] = {
    nn.Sigmoid: _sigmoid,
    nn.Tanh: _tanh,
    nn.ReLU: _relu,
    nn.LeakyReLU: _leaky_relu,
    nn.GELU: _gelu,
    nn.Identity: _identity,
}
