"""A step of any net: its modules, autograd, and its optimizer."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer

from bnviz.backprop.updates import Update
from bnviz.telemetry.recorder import Recorder
from bnviz.training.engines.gradients import gradients_of
from bnviz.training.engines.step_engine import Refusal, accuracy


class AutogradEngine:
    """A step of any net, by autograd.

    Args:
        net: (B, D) to logits (B, K).
        optimizer: the optimizer of its parameters.
        recorder: what observes the net.
        refusal: why a GPU does not replay the steps, or None.
    """

    name = "autograd"

    def __init__(
        self, net: nn.Module, optimizer: Optimizer, recorder: Recorder, refusal: Refusal | None = None
    ) -> None:
        self.refusal = refusal
        self._net, self._recorder = net, recorder
        self._parameters = [parameter for parameter in net.parameters() if parameter.requires_grad]
        self._update = Update(optimizer)
        self._loss: Tensor | None = None

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the loss of a batch."""
        self._loss = F.cross_entropy(self._net(x), y)
        return self._loss.detach()

    def update(self) -> None:
        """Compute the gradients, and update."""
        self._backward()
        self._update.step()

    def forward_observed(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Return loss and accuracy of a batch; the recorder's hooks keep the outputs of the layers."""
        with self._recorder.observing():
            logits = self._net(x)
            self._loss = F.cross_entropy(logits, y)
        return self._loss.detach(), accuracy(logits, y)

    def update_observed(self) -> None:
        """Update, and let the recorder keep the weights from before it."""
        self._backward()
        self._recorder.before_update()
        self._update.step()

    def _backward(self) -> None:
        """Give each parameter that has a part in the loss its gradient, and all others none."""
        loss, self._loss = self._loss, None
        if loss is None:
            raise RuntimeError("an update needs a forward pass before it")
        for parameter, gradient in zip(self._parameters, gradients_of(loss, self._parameters), strict=True):
            parameter.grad = gradient
