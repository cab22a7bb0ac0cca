"""A step by autograd whose kernels are recorded as graphs and replayed, plain steps and observed ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from torch import Tensor, nn
from torch.optim import Optimizer

from bnviz.telemetry.observation import Observation, PackedObservation
from bnviz.telemetry.recorder import Recorder
from bnviz.telemetry.records import SCALARS
from bnviz.training.engines.autograd_pass import AutogradPass
from bnviz.training.engines.graphs import Graphs
from bnviz.training.engines.step_engine import Refusal
from bnviz.training.engines.step_replay import Backward, StepParts, StepReplay
from bnviz.training.engines.tensor_update import TensorUpdate

_UNKNOWN = (float("nan"),) * len(SCALARS)


class ReplayEngine:
    """A step by autograd whose kernels are recorded once and replayed from then on.

    A small net on a GPU waits for the host: each of some hundred kernels of a step is over before the next is started.
    A graph of them starts with one call. The first steps are made kernel by kernel; all of them call the same kernels,
    so that it makes no difference to the numbers when the recording was made. Observed steps have graphs of their own,
    which also write what is observed into one piece of memory.

    After a replayed update, ``.grad`` of the parameters holds its gradients until the next forward pass.

    Args:
        net: (B, D) to logits (B, K); it must be ``replayable``.
        optimizer: the optimizer of its parameters.
        recorder: what observes the net.
        graphs: what records graphs; None makes all steps kernel by kernel, with the same numbers.
    """

    def __init__(self, net: nn.Module, optimizer: Optimizer, recorder: Recorder, graphs: Graphs | None) -> None:
        self._net, self._optimizer, self._recorder = net, optimizer, recorder
        self._rule = TensorUpdate(optimizer)
        self._parameters = self._rule.parameters
        self._pass = AutogradPass(net, self._parameters, recorder)
        plain = StepParts(lambda x, y: (self._pass.forward(x, y),), self._back, self._changed, self._forget)
        observed = StepParts(self._pass.forward_observed, self._back_observed, self._changed, self._forget)
        self._plain = StepReplay(graphs, plain, self._rule)
        self._observed = StepReplay(None if graphs is None else graphs.apart(), observed, self._rule)

    @property
    def name(self) -> str:
        """What computes the steps from now on: graphs, unless they were refused."""
        return "autograd" if self.refusal else "graph replay"

    @property
    def refusal(self) -> Refusal | None:
        """Why plain steps are not replayed; None where they are."""
        return self._plain.refusal

    @property
    def is_settled(self) -> bool:
        """Whether nothing is still to be recorded."""
        return self._plain.is_settled and self._observed.is_settled

    @property
    def observed_refusal(self) -> Refusal | None:
        """Why observed steps are not replayed; None where they are."""
        return self._observed.refusal

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the loss of a batch."""
        recorded = self._plain.recorded_for(x, y)
        return self._pass.forward(x, y) if recorded is None else recorded.forward(x, y)[0]

    def update(self) -> None:
        """Update by the gradients of the last loss."""
        if self._replayed(self._plain) is None:
            self._update(self._pass.gradients())

    def forward_observed(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Return loss and accuracy of a batch."""
        recorded = self._observed.recorded_for(x, y)
        if recorded is None:
            return self._pass.forward_observed(x, y)
        loss, accuracy = recorded.forward(x, y)
        return loss, accuracy

    def update_observed(self, scalars: Sequence[float]) -> Observation | PackedObservation:
        """Update, and return what was observed."""
        replayed = self._replayed(self._observed)
        if replayed is not None and replayed.seen is not None:
            return replace(replayed.seen, scalars=tuple(scalars))
        gradients = self._pass.gradients()
        self._recorder.before_update()
        self._update(gradients)
        return self._recorder.take(scalars)

    def _replayed(self, kind: StepReplay) -> Backward | None:
        """Replay the update of a kind of step; None where the step has to be made."""
        kind.count()
        if kind.recorded is None:
            return None
        self._rule.set_rates()
        self._rule.count()
        backward = kind.recorded.update()
        self._show(backward.gradients)
        return backward

    def _update(self, gradients: Sequence[Tensor | None]) -> None:
        """Update kernel by kernel; the step that makes the optimizer's state is the optimizer's own."""
        self._show(gradients)
        if not self._rule.is_ready:
            self._optimizer.step()
            return
        self._rule.set_rates()
        self._rule.count()
        self._rule.step(gradients)

    def _show(self, gradients: Sequence[Tensor | None]) -> None:
        for parameter, gradient in zip(self._parameters, gradients, strict=True):
            parameter.grad = gradient

    def _back(self) -> Backward:
        """The second half of a step, without what is counted on the host."""
        gradients = self._pass.gradients()
        self._rule.step(gradients)
        return Backward(gradients)

    def _back_observed(self) -> Backward:
        """The second half of an observed step, without what is counted on the host."""
        gradients = self._pass.gradients()
        self._recorder.before_update()
        self._show(gradients)
        self._rule.step(gradients)
        return Backward(gradients, self._recorder.take(_UNKNOWN))

    def _changed(self) -> list[Tensor]:
        return [*self._net.state_dict().values(), *self._rule.kept_on_device()]

    def _forget(self) -> None:
        self._pass.forget()
        self._recorder.forget()
