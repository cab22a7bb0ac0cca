"""A step as two recorded graphs of kernels, one for the forward pass and one for the update."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from bnviz.telemetry.recorder import Recorder
from bnviz.training.engines.autograd_pass import AutogradPass
from bnviz.training.engines.graphs import Graphs
from bnviz.training.engines.step_engine import Refusal
from bnviz.training.engines.tensor_update import TensorUpdate

log = logging.getLogger(__name__)

RECORD_AFTER = 3
"""Plain steps before the recording; a run that only shows its first frame makes none."""
WARM_UPS = 3
"""Steps beside the training before a recording, as CUDA's documentation asks for."""


class OtherNumbersError(RuntimeError):
    """A replayed step gave other numbers than the step itself."""


@dataclass(slots=True, eq=False)
class _Recorded:
    """The two graphs of a step, and the tensors that they read and write.

    Attributes:
        x: (B, D), where the inputs of a batch are copied to.
        y: (B,), where its classes are copied to.
        loss: (), where the forward pass writes the loss.
        gradients: where the update writes the gradients.
        form: the form of the update (``TensorUpdate.form``).
    """

    x: Tensor
    y: Tensor
    loss: Tensor
    gradients: Sequence[Tensor | None]
    form: tuple[tuple[bool, ...], ...]
    replay_forward: Callable[[], object]
    replay_update: Callable[[], object]

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Replay the forward pass of a batch and return the loss."""
        self.x.copy_(x)
        self.y.copy_(y)
        self.replay_forward()
        return self.loss


class ReplayEngine:
    """A step by autograd whose kernels are recorded once and replayed from then on.

    A small net on a GPU waits for the host: each of some hundred kernels of a step is over before the next is started.
    A graph of them starts with one call. The first steps are made kernel by kernel, and so are observed ones, whose
    outputs the recorder needs. All of them call the same kernels, so that it makes no difference to the numbers when
    the recording was made.

    Nothing is taken on trust. Before a recording is used, the step that it would replace is made both ways, from the
    same weights. Where the numbers are not the same bits, or the step cannot be recorded, ``refusal`` says why, and
    all further steps are made kernel by kernel.

    After a replayed update, ``.grad`` of the parameters holds its gradients until the next forward pass.

    Args:
        net: (B, D) to logits (B, K); it must be ``replayable``.
        optimizer: the optimizer of its parameters.
        recorder: what observes the net.
        graphs: what records graphs; None makes all steps kernel by kernel, with the same numbers.
    """

    def __init__(self, net: nn.Module, optimizer: Optimizer, recorder: Recorder, graphs: Graphs | None) -> None:
        self._net, self._optimizer, self._recorder, self._graphs = net, optimizer, recorder, graphs
        self._rule = TensorUpdate(optimizer)
        self._parameters = self._rule.parameters
        self._pass = AutogradPass(net, self._parameters, recorder)
        self._recorded: _Recorded | None = None
        self._plain_steps = 0
        self.refusal: Refusal | None = None

    @property
    def name(self) -> str:
        """What computes the steps from now on: graphs, unless they were refused."""
        return "autograd" if self.refusal else "graph replay"

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the loss of a batch."""
        recorded = self._recording_for(x, y)
        return self._pass.forward(x, y) if recorded is None else recorded.forward(x, y)

    def update(self) -> None:
        """Update by the gradients of the last loss."""
        self._plain_steps += 1
        recorded = self._recorded
        if recorded is None:
            self._update(self._pass.gradients())
            return
        self._rule.set_rates()
        self._rule.count()
        recorded.replay_update()
        self._show(recorded.gradients)

    def forward_observed(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Return loss and accuracy of a batch; the recorder's hooks keep the outputs of the layers."""
        return self._pass.forward_observed(x, y)

    def update_observed(self) -> None:
        """Update, and let the recorder keep the weights from before it."""
        gradients = self._pass.gradients()
        self._recorder.before_update()
        self._update(gradients)

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

    def _recording_for(self, x: Tensor, y: Tensor) -> _Recorded | None:
        """Return the graphs for a batch of this shape and an update of the present form; they are made when due."""
        recorded = self._recorded
        if recorded is not None and (recorded.x.shape, recorded.form) != (x.shape, self._rule.form):
            self._recorded, self._plain_steps = None, 0
        is_due = self.refusal is None and self._plain_steps >= RECORD_AFTER and self._rule.is_ready
        if self._recorded is None and self._graphs is not None and is_due:
            self._try_to_record(self._graphs, x, y)
        return self._recorded

    def _try_to_record(self, graphs: Graphs, x: Tensor, y: Tensor) -> None:
        """Record a step, and use the graphs if they do what the step does; the net is left as it was."""
        kept = _Kept([*self._net.state_dict().values(), *self._rule.kept_on_device()])
        try:
            self._rule.set_rates()
            recorded = self._record(graphs, x, y, kept)
            self._compare(recorded, x, y, kept)
            self._recorded = recorded
        except Exception as error:  # whatever a driver raises, training continues without graphs
            self.refusal = _refusal(error)
            log.warning("steps are not replayed (%s): %s", self.refusal.key, error)
        finally:
            self._pass.forget()
            kept.restore()

    def _record(self, graphs: Graphs, x: Tensor, y: Tensor, kept: _Kept) -> _Recorded:
        graphs.warm_up(lambda: [self._whole_step(x, y) for _ in range(WARM_UPS)])
        kept.restore()
        place_x, place_y = x.clone(), y.clone()
        loss, replay_forward = graphs.record(lambda: self._pass.forward(place_x, place_y))
        gradients, replay_update = graphs.record(self._back)
        kept.restore()
        return _Recorded(place_x, place_y, loss, gradients, self._rule.form, replay_forward, replay_update)

    def _compare(self, recorded: _Recorded, x: Tensor, y: Tensor, kept: _Kept) -> None:
        """Make one step both ways.

        Raises:
            OtherNumbersError: they do not give the same bits.
        """
        replayed_loss = recorded.forward(x, y).clone()
        recorded.replay_update()
        replayed = [replayed_loss, *kept.copies()]
        kept.restore()
        made = [self._whole_step(x, y), *kept.tensors]
        if not _same_numbers(replayed, made):
            raise OtherNumbersError("a replayed step gave other numbers than the step itself")

    def _whole_step(self, x: Tensor, y: Tensor) -> Tensor:
        """Make a step that is not counted, and return its loss."""
        loss = self._pass.forward(x, y)
        self._back()
        return loss

    def _back(self) -> Sequence[Tensor | None]:
        gradients = self._pass.gradients()
        self._rule.step(gradients)
        return gradients


def _refusal(error: Exception) -> Refusal:
    if isinstance(error, OtherNumbersError):
        return Refusal("other_numbers")
    first: BaseException = error
    while first.__context__ is not None:  # CUDA ends a recording that failed with an error that says no more
        first = first.__context__
    first_line = str(first).partition("\n")[0]
    return Refusal("error", f"{type(first).__name__}: {first_line}"[:200])


class _Kept:
    """Tensors, and copies of what they held."""

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        self.tensors = [tensor.detach() for tensor in tensors]
        self._held = self.copies()

    def copies(self) -> list[Tensor]:
        """Return copies of what the tensors hold now."""
        return [tensor.clone() for tensor in self.tensors]

    def restore(self) -> None:
        """Write back what they held."""
        for tensor, held in zip(self.tensors, self._held, strict=True):
            tensor.copy_(held)


def _same_numbers(one: Sequence[Tensor], other: Sequence[Tensor]) -> bool:
    """Whether all numbers are equal, or both not numbers; a GPU is waited for once."""
    alike = [((a == b) | ((a != a) & (b != b))).all() for a, b in zip(one, other, strict=True)]
    return bool(torch.stack(alike).all())
