"""A step of a plain multilayer perceptron by ``bnviz.backprop``."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.optim import Optimizer

from bnviz.backprop.below_autograd import below_autograd
from bnviz.backprop.network import Network
from bnviz.backprop.scripted import NotScriptableError, ScriptedNetwork
from bnviz.backprop.updates import Update
from bnviz.telemetry.observation import Observation
from bnviz.telemetry.recorder import Recorder
from bnviz.training.engines.step_engine import accuracy

SCRIPTED_FROM = 3
"""The step from which the passes are scripts, if they can be: to compile them would delay what is first seen of a run,
and many networks only make a step or two."""


class ByHandEngine:
    """A step without autograd, with its numbers: gradients layer by layer, all parameters updated together.

    Args:
        net: a chain that ``backprop.network.can_backpropagate``.
        optimizer: the optimizer of its parameters.
        recorder: what observes the net.
    """

    name = "by hand"
    refusal = None

    def __init__(self, net: nn.Sequential, optimizer: Optimizer, recorder: Recorder) -> None:
        self._net, self._update, self._recorder = net, Update(optimizer), recorder
        self._network: Network | ScriptedNetwork = Network(net)
        self._steps = 0

    @property
    def is_settled(self) -> bool:
        """Whether later steps cost what the next one does: scripts are compiled in one step, optimized in another."""
        return self._steps > SCRIPTED_FROM + 1

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the loss of a batch."""
        with below_autograd():
            return self._passes().forward(x, y)

    def update(self) -> None:
        """Go back through the layers, and update."""
        with below_autograd():
            self._network.backward()
            self._update.step()

    def forward_observed(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Return loss and accuracy of a batch; the recorder is given the outputs of the layers."""
        with below_autograd():
            loss = self._passes().forward(x, y)
            self._recorder.keep_outputs(self._network.outputs)
            return loss, accuracy(self._network.logits, y)

    def update_observed(self, scalars: Sequence[float]) -> Observation:
        """Update, and return what was observed."""
        with below_autograd():
            self._network.backward()
            self._recorder.before_update()
            self._update.step()
            return self._recorder.take(scalars)

    def _passes(self) -> Network | ScriptedNetwork:
        """Return what makes the passes of the next step."""
        if self._steps == SCRIPTED_FROM or not self._network.is_current:
            self._network = _quickest(self._net)
        self._steps += 1
        return self._network


def _quickest(net: nn.Sequential) -> Network | ScriptedNetwork:
    try:
        return ScriptedNetwork(net)
    except NotScriptableError:
        return Network(net)
