"""A kind of step as two recorded graphs of kernels, forward pass and update: when they are made, checked and used."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from bnviz.telemetry.observation import Observation, PackedObservation, tensors_of
from bnviz.telemetry.transfer import Packing
from bnviz.training.engines.graphs import Graphs
from bnviz.training.engines.step_engine import Refusal
from bnviz.training.engines.tensor_update import TensorUpdate

log = logging.getLogger(__name__)

RECORD_AFTER = 3
"""Steps of a kind before its recording; a run that only shows its first frame makes none."""
WARM_UPS = 3
"""Steps beside the training before a recording, as CUDA's documentation asks for."""


class OtherNumbersError(RuntimeError):
    """A replayed step gave other numbers than the step itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Backward:
    """What the second half of a step leaves.

    Attributes:
        gradients: of each parameter, None where it has no part in the loss.
        seen: what was observed, in an observed step; of a replayed one, in one piece of memory.
    """

    gradients: Sequence[Tensor | None]
    seen: Observation | PackedObservation | None = None

    def tensors(self) -> list[Tensor]:
        """Return all tensors of what was observed."""
        seen = self.seen
        return (
            []
            if seen is None
            else tensors_of(seen.unpacked(seen.bytes) if isinstance(seen, PackedObservation) else seen)
        )


@dataclass(frozen=True, slots=True)
class StepParts:
    """A step as it is made kernel by kernel, and what it changes.

    Attributes:
        forward: (x (B, D), y (B,)) to the loss and whatever else is read between the halves, each () on the device.
        back: the second half, which asks for no number.
        changed: returns all tensors that a step changes.
        forget: drops what the halves keep for each other.
    """

    forward: Callable[[Tensor, Tensor], tuple[Tensor, ...]]
    back: Callable[[], Backward]
    changed: Callable[[], list[Tensor]]
    forget: Callable[[], object]


@dataclass(frozen=True, slots=True, eq=False)
class RecordedStep:
    """The two graphs of a step, and the tensors that they read and write.

    Attributes:
        x: (B, D), where the inputs of a batch are copied to.
        y: (B,), where its classes are copied to.
        results: where the forward pass writes the loss, and the accuracy of an observed step.
        backward: where the update writes what it leaves.
        packing: where it writes what was observed, in one piece; None in a plain step.
        form: the form of the update (``TensorUpdate.form``).
    """

    x: Tensor
    y: Tensor
    results: tuple[Tensor, ...]
    backward: Backward
    packing: Packing | None
    form: tuple[tuple[bool, ...], ...]
    replay_forward: Callable[[], object]
    replay_update: Callable[[], object]

    def forward(self, x: Tensor, y: Tensor) -> tuple[Tensor, ...]:
        """Replay the forward pass of a batch and return its results, which the next one overwrites."""
        self.x.copy_(x)
        self.y.copy_(y)
        self.replay_forward()
        return self.results

    def update(self) -> Backward:
        """Replay the update; the gradients are overwritten by the next one, what was observed is a copy."""
        self.replay_update()
        seen = self.backward.seen
        if not isinstance(seen, Observation) or self.packing is None:
            return self.backward
        packed = PackedObservation(seen, self.packing, self.packing.bytes.clone(), seen.scalars)
        return Backward(self.backward.gradients, packed)


class StepReplay:
    """Graphs of one kind of step.

    Nothing is taken on trust. Before a recording is used, the step that it would replace is made both ways, from the
    same weights. Where the numbers are not the same bits, or the step cannot be recorded, ``refusal`` says why, and
    all further steps are made kernel by kernel.

    Args:
        graphs: what records graphs; None makes all steps kernel by kernel, with the same numbers.
        parts: the step.
        rule: its update.

    Attributes:
        recorded: the graphs for the batch that was asked for last; None where a step is made kernel by kernel.
        refusal: why there are none.
    """

    def __init__(self, graphs: Graphs | None, parts: StepParts, rule: TensorUpdate) -> None:
        self._graphs, self._parts, self._rule = graphs, parts, rule
        self._made = 0
        self.recorded: RecordedStep | None = None
        self.refusal: Refusal | None = None

    @property
    def is_settled(self) -> bool:
        """Whether steps of this kind will be made as they are now: they are replayed, or never will be."""
        return self._graphs is None or self.recorded is not None or self.refusal is not None

    def count(self) -> None:
        """Count a step that was made."""
        self._made += 1

    def recorded_for(self, x: Tensor, y: Tensor) -> RecordedStep | None:
        """Return the graphs for a batch of this shape and an update of the present form; they are made when due."""
        recorded = self.recorded
        if recorded is not None and (recorded.x.shape, recorded.form) != (x.shape, self._rule.form):
            self.recorded, self._made = None, 0
        is_due = self.refusal is None and self._made >= RECORD_AFTER and self._rule.is_ready
        if self.recorded is None and self._graphs is not None and is_due:
            self._try_to_record(self._graphs, x, y)
        return self.recorded

    def _try_to_record(self, graphs: Graphs, x: Tensor, y: Tensor) -> None:
        """Record a step, and use the graphs if they do what the step does; the net is left as it was."""
        kept, gradients = _Kept(self._parts.changed()), [parameter.grad for parameter in self._rule.parameters]
        try:
            self._rule.set_rates()
            recorded = self._record(graphs, x, y, kept)
            self._compare(recorded, x, y, kept)
            self.recorded = recorded
        except Exception as error:  # whatever a driver raises, training continues without graphs
            self.refusal = _refusal(error)
            log.warning("steps are not replayed (%s): %s", self.refusal.key, error)
        finally:
            self._parts.forget()
            kept.restore()
            for parameter, gradient in zip(self._rule.parameters, gradients, strict=True):
                parameter.grad = gradient

    def _record(self, graphs: Graphs, x: Tensor, y: Tensor, kept: _Kept) -> RecordedStep:
        graphs.warm_up(lambda: [self._whole_step(x, y) for _ in range(WARM_UPS)])
        kept.restore()
        place_x, place_y = x.clone(), y.clone()
        results, replay_forward = graphs.record(lambda: self._parts.forward(place_x, place_y))
        (backward, packing), replay_update = graphs.record(self._back_packed)
        kept.restore()
        form = self._rule.form
        return RecordedStep(place_x, place_y, results, backward, packing, form, replay_forward, replay_update)

    def _compare(self, recorded: RecordedStep, x: Tensor, y: Tensor, kept: _Kept) -> None:
        """Make one step both ways.

        Raises:
            OtherNumbersError: they do not give the same bits.
        """
        results = [result.clone() for result in recorded.forward(x, y)]
        replayed = [*results, *recorded.update().tensors(), *kept.copies()]
        kept.restore()
        results, backward = self._whole_step(x, y)
        if not _same_numbers(replayed, [*results, *backward.tensors(), *kept.tensors]):
            raise OtherNumbersError("a replayed step gave other numbers than the step itself")

    def _whole_step(self, x: Tensor, y: Tensor) -> tuple[list[Tensor], Backward]:
        """Make a step that is not counted."""
        return list(self._parts.forward(x, y)), self._parts.back()

    def _back_packed(self) -> tuple[Backward, Packing | None]:
        backward = self._parts.back()
        tensors = backward.tensors()
        return backward, Packing(tensors) if tensors else None


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
