"""Observation: what the recorder kept of one step of one arm, as tensors that are reduced to numbers later.

Observing is quick and happens in the training thread. Reducing takes longer and may happen in another thread, on
another core: all tensors here are copies or outputs that training no longer changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from torch import Tensor

from bnviz.telemetry.run_description import Edges
from bnviz.telemetry.transfer import Fetch, Packing


@dataclass(frozen=True, slots=True)
class NormState:
    """Copies of the state of one normalization per unit, each (U,); None for a part that it does not have."""

    weight: Tensor | None = None
    bias: Tensor | None = None
    running_mean: Tensor | None = None
    running_var: Tensor | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LayerObservation:
    """One hidden layer in one step, with R rows (samples, or positions of feature maps) and U units.

    Attributes:
        pre_activation: (R, U), output of W u + b.
        norm: (R, U), output of the normalization; None in a layer without one.
        activation: (R, U), output of the nonlinearity.
        norm_after_activation: whether the normalization follows the nonlinearity.
        activation_name: name of the nonlinearity.
        norm_state: copies of the normalization's parameters and running statistics; None in a layer without one.
        batch_stats: mean and biased variance (U,) of the normalization's input over the whole batch; None where
            the rows are the whole batch.
        dead: bool (U,), units of a ReLU that are 0 throughout the batch; None where the rows are the whole
            batch.
    """

    pre_activation: Tensor
    norm: Tensor | None
    activation: Tensor
    norm_after_activation: bool
    activation_name: str
    norm_state: NormState | None
    batch_stats: tuple[Tensor, Tensor] | None = None
    dead: Tensor | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """One step of one arm.

    Attributes:
        layers: L hidden layers, of any widths.
        grad_norm: (L + 1,), norms of the weight gradients, the head's last.
        weights_before: a subsample of every layer's weights before the update (``recorder.subsample``), the
            head's last, one after another; None where the update was not observed.
        weight_updates: the same entries after the update minus ``weights_before``; None where the update was not
            observed.
        weight_counts: number of entries of each layer in them, the head's last.
        edges: histogram ranges.
        units: number of units of the widest layer whose percentiles are kept; narrower layers are padded with
            NaN.
        scalars: train_loss, train_accuracy, test_loss and test_accuracy (``records.SCALARS``).
    """

    layers: tuple[LayerObservation, ...]
    grad_norm: Tensor
    weights_before: Tensor | None
    weight_updates: Tensor | None
    weight_counts: tuple[int, ...]
    edges: Edges
    units: int
    scalars: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PackedObservation:
    """One step of one arm, whose tensors are still in one piece of memory, as a replayed step leaves them.

    To take some hundred tensors out of it takes longer than the step: whoever reduces them does so.

    Attributes:
        form: an observation of the same form.
        packing: where its tensors are.
        bytes: (N,) uint8, on the device; a copy that no later step changes.
        scalars: as those of an ``Observation``.
    """

    form: Observation
    packing: Packing
    bytes: Tensor
    scalars: tuple[float, ...]

    def unpacked(self, packed: Tensor) -> Observation:
        """Return the observation whose bytes these are, on whatever device."""
        tensors = iter(self.packing.unpack(packed))
        found: Observation = with_tensors(self.form, lambda _: next(tensors))
        return replace(found, scalars=self.scalars)


class Arriving:
    """Observations on their way to the CPU, all in one copy per device; what is on the CPU stays as it is.

    Args:
        observations: of one step, all arms.
    """

    def __init__(self, observations: Sequence[Observation | PackedObservation]) -> None:
        if not all(isinstance(each, PackedObservation) for each in observations):  # a piece and tensors: all tensors
            observations = [_unpacked(each) for each in observations]
        self._observations = list(observations)
        self._fetch: Fetch | None = None
        if not all(map(_is_on_cpu, observations)):
            self._fetch = Fetch([tensor for each in observations for tensor in _tensors_sent(each)])

    @property
    def are_here(self) -> bool:
        """Whether ``wait`` returns at once."""
        return self._fetch is None

    def wait(self) -> list[Observation]:
        """Return the observations on the CPU."""
        if self._fetch is not None:
            arrived = iter(self._fetch.wait())
            self._observations = [_with_tensors_sent(each, arrived) for each in self._observations]
            self._fetch = None
        found = [_unpacked(each) for each in self._observations]
        self._observations = list(found)
        return found


def _unpacked(observation: Observation | PackedObservation) -> Observation:
    return observation if isinstance(observation, Observation) else observation.unpacked(observation.bytes)


def _tensors_sent(observation: Observation | PackedObservation) -> list[Tensor]:
    return [observation.bytes] if isinstance(observation, PackedObservation) else tensors_of(observation)


def _with_tensors_sent(observation: Observation | PackedObservation, arrived: Iterator[Tensor]) -> Observation:
    if isinstance(observation, PackedObservation):
        return observation.unpacked(next(arrived))
    sent: Observation = with_tensors(observation, lambda _: next(arrived))
    return sent


def _is_on_cpu(observation: Observation | PackedObservation) -> bool:
    if isinstance(observation, PackedObservation):
        return observation.bytes.is_cpu
    outputs = (tensor for layer in observation.layers for tensor in (layer.pre_activation, layer.activation))
    weights = observation.weights_before
    return observation.grad_norm.is_cpu and (weights is None or weights.is_cpu) and all(t.is_cpu for t in outputs)


def tensors_of(value: Any) -> list[Tensor]:  # noqa: ANN401 - any part of an observation, or several
    """Return all tensors of observations, in order."""
    tensors: list[Tensor] = []
    with_tensors(value, tensors.append)
    return tensors


def with_tensors(value: Any, change: Callable[[Tensor], Any]) -> Any:  # noqa: ANN401 - any part of an observation
    """Return an observation, or a part of one, with what ``change`` gives for each of its tensors, in order."""
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, tuple | list):
        return type(value)(with_tensors(each, change) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: with_tensors(getattr(value, f.name), change) for f in fields(value)})
    return value
