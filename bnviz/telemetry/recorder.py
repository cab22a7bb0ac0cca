"""Recorder: observes one network during one step and reduces its observation to numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from itertools import cycle
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from bnviz.telemetry import maps
from bnviz.telemetry.norm_states import NormStates
from bnviz.telemetry.observation import LayerObservation, NormState, Observation
from bnviz.telemetry.records import STAGES, ArmRecord, blank_record, kept_units
from bnviz.telemetry.reduce import reduce_observations
from bnviz.telemetry.run_description import Edges

MAX_RATIO_SAMPLES = 8192
"""Most entries of a weight that update:data ratios are computed from.

Measured on the 78,400 weights of the default scene's first layer, 30 steps of both networks from 3 seeds: the ratios
are off by 1 % on average and by up to 5 %.
"""

LayerStage = tuple[str, int]
"""A stage of ``records.STAGES`` and the index of a hidden layer."""


class ObservedLayer(Protocol):
    """A hidden layer as the recorder sees it; ``bnviz.nets.HiddenLayer`` is one."""

    @property
    def linear(self) -> nn.Module: ...  # noqa: D102
    @property
    def norm(self) -> nn.Module | None: ...  # noqa: D102
    @property
    def activation(self) -> nn.Module: ...  # noqa: D102
    @property
    def position(self) -> str: ...  # noqa: D102


def edges_for(activations: Sequence[str]) -> Edges:
    """Return histogram ranges for these nonlinearities: if all are bounded, the hull of their ranges; else [-6, 6]."""
    bounded = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}
    if not all(name in bounded for name in activations):
        return Edges()
    lows, highs = zip(*(bounded[name] for name in activations), strict=True)
    return Edges(activation=(min(lows), max(highs)))


class Recorder:
    """Observes the hidden layers of one network in one step.

    Usage: ``with recorder.observing(): loss = f(net(x))``, then ``backward``, then
    ``before_update()``, the optimizer's step, and ``record(scalars)``. Hooks exist only inside
    ``observing``, also when an error ends it, and never change the values that pass through the network.

    The percentiles of a unit use all values of (B, U) outputs; feature maps (B, C, ...), too large to be
    kept, are sampled at ``maps.kept_positions`` positions. Histograms, quantiles, moments, the saturated share and the
    mean derivative of a layer are measured on at most ``measure.MAX_SAMPLES`` of these values, so that for larger
    layers (such as 60 samples of 100 units) they are estimates; ``training.layer_samples`` says of how many. Batch
    statistics, dead units and channels, and gradient norms always use the whole batch.

    Args:
        layers: hidden layers in forward order, of any widths. A module that several layers share (in a
            recurrent net) must run once for each of them, in their order.
        head: the last linear layer; only its gradient and its update are recorded.
        activation: name of the nonlinearity, one of ``bnviz.config.ACTIVATIONS``; or one name per layer.
        edges: fixed histogram ranges.
        copy: whether outputs must be copied, because a later module may overwrite them in place.
    """

    def __init__(
        self,
        layers: Sequence[ObservedLayer],
        head: nn.Module,
        activation: str | Sequence[str],
        edges: Edges,
        copy: bool = False,
    ) -> None:
        self._layers = tuple(layers)
        self._weights = [_weight(layer.linear) for layer in self._layers] + [_weight(head)]
        self._activation_names = [activation] * len(layers) if isinstance(activation, str) else list(activation)
        self._edges = edges
        self._copy = copy
        self._outputs: dict[LayerStage, Tensor] = {}
        self._batch_stats: dict[int, tuple[Tensor, Tensor]] = {}
        self._dead: dict[int, Tensor] = {}
        self._weights_before: Tensor | None = None
        self._places: list[int] = []
        self._views: list[Tensor] = []
        self._stages = _stages_by_module(self._layers)
        self.widths = [int(weight.shape[0]) for weight in self._weights[:-1]]
        self.units = kept_units(max(self.widths))
        self._norm_states = NormStates([layer.norm for layer in self._layers], self.widths)

    @contextmanager
    def observing(self) -> Iterator[None]:
        """Keep the hidden layers' outputs of the forward pass inside the block; of several passes, the last one."""
        handles: list[RemovableHandle] = []
        try:
            for module, stages in self._stages.items():
                keep = partial(self._keep_output, cycle(stages).__next__)
                handles.append(module.register_forward_hook(keep))
            yield
        finally:
            for handle in handles:
                handle.remove()

    def keep_outputs(self, outputs: Mapping[nn.Module, Tensor]) -> None:
        """Keep the outputs (B, U) of a forward pass that was made without calling the modules.

        Args:
            outputs: output of each module of the layers; no module may belong to several of them.
        """
        for module, ((stage, index),) in self._stages.items():
            self._outputs[stage, index] = outputs[module]

    @property
    def has_observation(self) -> bool:
        """Whether a forward pass through all layers was observed and not taken yet."""
        return all(
            ("pre_activation", i) in self._outputs and ("activation", i) in self._outputs
            for i in range(len(self._layers))
        )

    def before_update(self) -> None:
        """Keep the weights, so that the update that the optimizer makes can be measured."""
        self._weights_before = torch.cat(self._entries())

    def record(self, scalars: Sequence[float]) -> ArmRecord:
        """Reduce the observation to an ArmRecord, then forget it.

        Args:
            scalars: train_loss, train_accuracy, test_loss, test_accuracy (NaN where unknown).

        Raises:
            RuntimeError: when no forward pass was observed.
        """
        return reduce_observations([self.take(scalars)])[0]

    def take(self, scalars: Sequence[float]) -> Observation:
        """Return the observation, to be reduced later or in another thread, then forget it.

        Args:
            scalars: train_loss, train_accuracy, test_loss, test_accuracy (NaN where unknown).

        Raises:
            RuntimeError: when no forward pass was observed.
        """
        if not self.has_observation:
            raise RuntimeError("nothing was observed; run a forward pass inside Recorder.observing()")
        before = self._weights_before
        norm_states = self._norm_states.copies()
        observation = Observation(
            layers=tuple(self._layer_observation(index, state) for index, state in enumerate(norm_states)),
            grad_norm=self._gradient_norms(),
            weights_before=before,
            weight_updates=None if before is None else torch.cat(self._entries()).sub_(before),
            weight_counts=() if before is None else tuple(map(len, self._views)),
            edges=self._edges,
            units=len(self.units),
            scalars=tuple(scalars),
        )
        self.forget()
        return observation

    def forget(self) -> None:
        """Drop the present observation."""
        self._outputs, self._batch_stats, self._dead, self._weights_before = {}, {}, {}, None

    def blank(self) -> ArmRecord:
        """Return a record without an observation: empty histograms, and NaN for every number."""
        return blank_record(len(self._layers), len(self.units))

    def _keep_output(
        self, next_stage: Callable[[], LayerStage], _module: nn.Module, args: tuple[Tensor, ...], output: Tensor
    ) -> None:
        key, values = next_stage(), output.detach()
        if values.dim() == 2:
            self._outputs[key] = values.clone() if self._copy else values
            return
        stage, index = key
        # A linear layer's units are on the last axis, whatever comes before it.
        units_last = isinstance(self._layers[index].linear, nn.Linear)
        if units_last:
            values = values.movedim(-1, 1)
        self._outputs[key] = maps.sample_positions(values)
        if stage == "norm":
            entering = args[0].movedim(-1, 1) if units_last else args[0]
            self._batch_stats[index] = maps.saved_batch_stats(output, args[0]) or maps.batch_statistics(entering)
        if stage == "activation" and self._activation_names[index] == "relu":
            self._dead[index] = maps.dead_channels(values, self._outputs[key])

    def _layer_observation(self, index: int, norm_state: NormState | None) -> LayerObservation:
        layer = self._layers[index]
        return LayerObservation(
            pre_activation=self._outputs["pre_activation", index],
            norm=self._outputs.get(("norm", index)),
            activation=self._outputs["activation", index],
            norm_after_activation=layer.position == "after",
            activation_name=self._activation_names[index],
            norm_state=norm_state,
            batch_stats=self._batch_stats.get(index),
            dead=self._dead.get(index),
        )

    def _entries(self) -> list[Tensor]:
        """Return the entries of each weight that are looked at: views, which are kept while the weight lies there."""
        places = [weight.data_ptr() for weight in self._weights]
        if places != self._places:
            self._places, self._views = places, [subsample(weight) for weight in self._weights]
        return self._views

    def _gradient_norms(self) -> Tensor:
        grads = [w.grad if w.grad is not None else torch.zeros_like(w) for w in self._weights]
        return torch.stack(torch._foreach_norm(grads))


def _stages_by_module(layers: Sequence[ObservedLayer]) -> dict[nn.Module, list[LayerStage]]:
    """Return the stages that each module computes, in the order of its calls."""
    stages: dict[nn.Module, list[LayerStage]] = {}
    for index, layer in enumerate(layers):
        for stage, module in zip(STAGES, (layer.linear, layer.norm, layer.activation), strict=True):
            if module is not None:
                stages.setdefault(module, []).append((stage, index))
    return stages


def subsample(weight: Tensor) -> Tensor:
    """Return at most about MAX_RATIO_SAMPLES entries of a weight, evenly spaced, as a view of it."""
    entries = weight.detach()
    if not entries.is_contiguous():
        entries = entries.permute(0, *range(2, entries.dim()), 1)  # the order of channels-last memory
    return entries.reshape(-1)[:: _spacing(entries.numel(), len(entries))]


@lru_cache(maxsize=256)
def _spacing(entries: int, filters: int) -> int:
    spacing, fan_in = max(1, -(-entries // MAX_RATIO_SAMPLES)), max(1, entries // filters)
    while spacing > 1 and math.gcd(spacing, fan_in) > 1:
        spacing += (
            1  # a spacing that shares a factor with the filter's size would meet the same entries of every filter
        )
    return spacing


def _weight(module: nn.Module) -> nn.Parameter:
    weight = getattr(module, "weight", None)
    if not isinstance(weight, nn.Parameter):
        raise TypeError(f"{type(module).__name__} has no weight to observe")
    return weight
