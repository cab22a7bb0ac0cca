"""A forward pass of a net by its modules, and the gradients of its loss by autograd."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bnviz.telemetry.recorder import Recorder
from bnviz.training.engines.step_engine import accuracy


class AutogradPass:
    """The two passes of a step through a net; between them, the graph of the loss is kept.

    Args:
        net: (B, D) to logits (B, K).
        parameters: what gradients are asked for.
        recorder: what observes the net.
    """

    def __init__(self, net: nn.Module, parameters: Sequence[Tensor], recorder: Recorder) -> None:
        self._net, self._parameters, self._recorder = net, parameters, recorder
        self._loss: Tensor | None = None

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the loss of a batch."""
        self._loss = F.cross_entropy(self._net(x), y)
        return self._loss.detach()

    def forward_observed(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Return loss and accuracy of a batch; the recorder's hooks keep the outputs of the layers."""
        with self._recorder.observing():
            logits = self._net(x)
            self._loss = F.cross_entropy(logits, y)
        return self._loss.detach(), accuracy(logits, y)

    def gradients(self) -> list[Tensor | None]:
        """Return the gradient of each parameter for the last loss, None where it has no part in it; only once.

        That is quicker than ``loss.backward()``, which adds each gradient to what a parameter's ``.grad`` held, in a
        node of the graph of its own, and on the stream of a GPU that the parameter was first used on. As after
        ``backward``, a gradient lies in memory as its parameter does; convolutions give it otherwise.
        """
        loss = self._loss
        if loss is None:
            raise RuntimeError("an update needs a forward pass before it")
        self.forget()
        gradients: list[Tensor | None] = list(torch.autograd.grad(loss, self._parameters, allow_unused=True))
        for number, (parameter, gradient) in enumerate(zip(self._parameters, gradients, strict=True)):
            if gradient is not None and gradient.stride() != parameter.stride():
                gradients[number] = torch.empty_like(parameter.detach()).copy_(gradient)
        return gradients

    def forget(self) -> None:
        """Let go of the last loss and its graph."""
        self._loss = None
