"""The gradients of a loss, asked of autograd directly."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def gradients_of(loss: Tensor, parameters: Sequence[Tensor]) -> list[Tensor | None]:
    """Return the gradient of each parameter, None where it has no part in the loss.

    That is quicker than ``loss.backward()``, which adds each gradient to what a parameter's ``.grad`` held, in a node
    of the graph of its own, and on the stream of a GPU that the parameter was first used on. As after ``backward``, a
    gradient lies in memory as its parameter does; convolutions give it otherwise.
    """
    gradients: list[Tensor | None] = list(torch.autograd.grad(loss, parameters, allow_unused=True))
    for number, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=True)):
        if gradient is not None and gradient.stride() != parameter.stride():
            gradients[number] = torch.empty_like(parameter.detach()).copy_(gradient)
    return gradients
