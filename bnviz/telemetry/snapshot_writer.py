"""SnapshotWriter: copies what was observed of a run into shared memory, by a plan that is made once.

Most of what a snapshot costs the thread that trains is not its copy but the calls on the way: all arrays are copied
in one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from bnviz.telemetry.layer_numbers import samples_entering
from bnviz.telemetry.observation import LayerObservation, Observation
from bnviz.telemetry.reduce import arrays_of, slopes_of_all
from bnviz.telemetry.reducer_memory import Bytes, SlotReader, SlotViews, SnapshotPlan

_Kind = tuple[object, ...]
"""What must stay as it is for a plan to hold."""


@dataclass(frozen=True, slots=True, eq=False)
class _Target:
    """A slot as a plan divides it; ``tensors`` are its arrays in the order of ``_tensors_in``."""

    views: SlotViews
    tensors: list[Tensor]


class Slot:
    """Memory that a snapshot is written into.

    Args:
        memory: (N,) bytes.

    Attributes:
        memory: the same.
        divided: how the plans of runs divide it.
    """

    def __init__(self, memory: Bytes) -> None:
        self.memory = memory
        self.divided: WeakKeyDictionary[SnapshotPlan, _Target] = WeakKeyDictionary()


class SnapshotWriter:
    """Writes the snapshots of one run into slots; one of another kind than the last one is planned for itself."""

    def __init__(self) -> None:
        self._kind: _Kind = ()
        self._plan: SnapshotPlan | None = None
        self._asks_for_slopes = True

    @torch.no_grad()
    def write(self, observations: Sequence[Observation], slot: Slot) -> None:
        """Write a snapshot into a slot; raises DoesNotFitError.

        Args:
            observations: of one step, at least one, on the CPU.
            slot: keeps how the plan divides it, as long as both are there.
        """
        parts = [part for observation in observations for part in _tensors_in(observation)]
        tensors = [part for part in parts if part is not None]
        kind = (*(_kind_of(one) for one in observations), *(None if t is None else (t.shape, t.dtype) for t in parts))
        if self._plan is None or kind != self._kind:
            self._make_plan(observations, kind)
        assert self._plan is not None
        self._plan.write(slot.memory)
        target = slot.divided.get(self._plan)
        if target is None:
            target = slot.divided[self._plan] = _target(slot.memory)
        torch._foreach_copy_(target.tensors, tensors)
        target.views.numbers[:] = _numbers(observations)
        target.views.slopes[:] = slopes_of_all(target.views.observations) if self._asks_for_slopes else torch.nan

    def _make_plan(self, observations: Sequence[Observation], kind: _Kind) -> None:
        self._plan, self._kind = None, ()
        arrays = [arrays_of(one) for one in observations]
        self._plan, self._kind = SnapshotPlan(arrays), kind
        self._asks_for_slopes = bool(samples_entering([layer for one in arrays for layer in one.layers]))


def _target(memory: Bytes) -> _Target:
    views = SlotReader(memory).views()
    return _Target(views, [torch.from_numpy(array) for array in views.arrays])


def _tensors_in(observation: Observation) -> Iterator[Tensor | None]:
    """Yield the tensors of an observation in the order of ``ObservationArrays``, None for those missing."""
    for layer in observation.layers:
        yield layer.pre_activation
        yield layer.norm
        yield layer.activation
        if (state := layer.norm_state) is not None:
            yield state.weight
            yield state.bias
            yield state.running_mean
            yield state.running_var
        yield from (None, None) if layer.batch_stats is None else layer.batch_stats
    yield observation.grad_norm
    yield observation.weights_before
    yield observation.weight_updates


def _kind_of(observation: Observation) -> _Kind:
    """Return what an observation holds beside tensors and scalars."""
    layers = tuple(map(_layer_kind, observation.layers))
    return layers, observation.weight_counts, observation.edges, observation.units, len(observation.scalars)


def _layer_kind(layer: LayerObservation) -> _Kind:
    return layer.norm_after_activation, layer.activation_name, layer.norm_state is None, layer.dead is None


def _numbers(observations: Sequence[Observation]) -> list[float]:
    """Return the numbers beside the arrays, in the order of ``SlotViews``."""
    found: list[float] = []
    for observation in observations:
        found += observation.scalars
        found += [float(layer.dead.numpy().mean()) for layer in observation.layers if layer.dead is not None]
    return found
