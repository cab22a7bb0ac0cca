"""A step of any net: its modules, autograd, and its optimizer."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.optim import Optimizer

from bnviz.backprop.updates import Update
from bnviz.telemetry.observation import Observation
from bnviz.telemetry.recorder import Recorder
from bnviz.training.engines.autograd_pass import AutogradPass
from bnviz.training.engines.step_engine import Refusal


class AutogradEngine:
    """A step of any net, by autograd.

    Args:
        net: (B, D) to logits (B, K).
        optimizer: the optimizer of its parameters.
        recorder: what observes the net.
        refusal: why a GPU does not replay the steps, or None.
    """

    name = "autograd"
    is_settled = True

    def __init__(
        self, net: nn.Module, optimizer: Optimizer, recorder: Recorder, refusal: Refusal | None = None
    ) -> None:
        self.refusal = refusal
        self._recorder = recorder
        self._parameters = [parameter for parameter in net.parameters() if parameter.requires_grad]
        self._pass = AutogradPass(net, self._parameters, recorder)
        self._update = Update(optimizer)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the loss of a batch."""
        return self._pass.forward(x, y)

    def update(self) -> None:
        """Compute the gradients, and update."""
        self._backward()
        self._update.step()

    def forward_observed(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Return loss and accuracy of a batch; the recorder's hooks keep the outputs of the layers."""
        return self._pass.forward_observed(x, y)

    def update_observed(self, scalars: Sequence[float]) -> Observation:
        """Update, and return what was observed."""
        self._backward()
        self._recorder.before_update()
        self._update.step()
        return self._recorder.take(scalars)

    def _backward(self) -> None:
        """Give each parameter that has a part in the loss its gradient, and all others none."""
        for parameter, gradient in zip(self._parameters, self._pass.gradients(), strict=True):
            parameter.grad = gradient
