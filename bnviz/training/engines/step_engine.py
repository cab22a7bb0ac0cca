"""StepEngine: one arm's training step in two halves, between which the losses of all arms are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from bnviz.telemetry.observation import Observation, PackedObservation


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the kernels of a step are started one by one on a GPU, instead of being recorded and replayed.

    Attributes:
        key: of the reason's words (``[live.badge]``, ``refused_<key>``).
        detail: what a library said, or "".
    """

    key: str
    detail: str = ""


class StepEngine(Protocol):
    """One arm's training step: a forward pass that gives the loss, then the backward pass and the update.

    On a GPU, the loop calls ``forward`` of all arms, reads all losses together, so that it waits only once, and calls
    ``update`` of the arms whose loss is finite; on a CPU, it does so for one arm after another. ``forward_observed``
    and ``update_observed`` compute the same bits and observe the step. An arm whose loss is not finite is not
    updated, so that its weights still are those that the loss was computed with (``training.divergence``).

    After an update each parameter's ``.grad`` is the gradient that the update was made with.
    """

    @property
    def name(self) -> str:
        """What computes the steps: "by hand", "autograd" or "graph replay"."""

    @property
    def refusal(self) -> Refusal | None:
        """Why a GPU does not replay the steps; None where it does, and on a CPU."""

    @property
    def is_settled(self) -> bool:
        """Whether later steps, observed ones too, will be made as they are now: nothing is still to be recorded."""

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the loss of a batch, () on the device.

        Args:
            x: (B, D), inputs.
            y: (B,), classes.
        """

    def update(self) -> None:
        """Compute the gradients of the last forward pass's loss and update the parameters."""

    def forward_observed(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Return loss and accuracy of a batch, each () on the device."""

    def update_observed(self, scalars: Sequence[float]) -> Observation | PackedObservation:
        """Update as ``update`` does, and return what was observed of the step, in tensors that no later step changes.

        Args:
            scalars: loss and accuracy of the step, and the last ones on the test data (``records.SCALARS``).
        """


def accuracy(logits: Tensor, y: Tensor) -> Tensor:
    """Return the share of samples whose largest logit is that of their class, () on the device.

    Args:
        logits: (B, K).
        y: (B,), classes.
    """
    return (logits.detach().argmax(1) == y).float().mean()
