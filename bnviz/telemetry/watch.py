"""watch: record any PyTorch model in the user's own training loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from bnviz.config import Experiment, InputError, RunConfig
from bnviz.files.provenance import today, versions
from bnviz.telemetry.history import RunHistory
from bnviz.telemetry.recorder import Recorder, edges_for
from bnviz.telemetry.records import Frame
from bnviz.telemetry.run_description import (
    ArmDescription,
    DatasetDescription,
    Edges,
    Provenance,
    RunDescription,
    WatchedModel,
)
from bnviz.telemetry.saturation import saturation_region

_LINEAR = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
_NORM = (nn.modules.batchnorm._BatchNorm, nn.LayerNorm, nn.GroupNorm)
_ACTIVATIONS: dict[type[nn.Module], str] = {
    nn.Sigmoid: "sigmoid",
    nn.Tanh: "tanh",
    nn.ReLU: "relu",
    nn.LeakyReLU: "leaky_relu",
    nn.GELU: "gelu",
    nn.Identity: "identity",
}
NAN = float("nan")


@dataclass(frozen=True, slots=True)
class WatchedLayer:
    """A hidden layer that was found in a watched model; see ``ObservedLayer``."""

    name: str
    linear: nn.Module
    norm: nn.Module | None
    activation: nn.Module
    position: str

    @property
    def activation_name(self) -> str:
        """Name of the nonlinearity, one of ``bnviz.config.ACTIVATIONS``."""
        return next(name for kind, name in _ACTIVATIONS.items() if isinstance(self.activation, kind))


def find_layers(model: nn.Module) -> tuple[list[WatchedLayer], nn.Module]:
    """Find hidden layers in the order of registration: a linear layer or convolution, a norm if any, a nonlinearity.

    Returns:
        The hidden layers, and the last linear layer or convolution of the model.

    Raises:
        InputError: there is no such layer, or their nonlinearities are functions instead of modules.
    """
    layers: list[WatchedLayer] = []
    name = ""
    linear: nn.Module | None = None
    norm: nn.Module | None = None
    activation: nn.Module | None = None
    last: nn.Module | None = None
    # The None at the end completes the last layer like all others.
    modules: list[tuple[str, nn.Module | None]] = [*model.named_modules(), ("", None)]
    for child_name, child in modules:
        if child is None or isinstance(child, _LINEAR):
            if linear is not None and activation is not None:
                layers.append(WatchedLayer(name, linear, norm, activation, _position(model, norm, activation)))
            name, linear, norm, activation = child_name, child, None, None
            last = child or last
        elif linear is not None and isinstance(child, _NORM) and norm is None:
            norm = child
        elif linear is not None and isinstance(child, tuple(_ACTIVATIONS)) and activation is None:
            activation = child
    if not layers or last is None:
        raise InputError(
            "found no linear layer or convolution followed by a nonlinearity among the model's modules; "
            "expected modules such as nn.ReLU, not functions"
        )
    return layers, last


def _position(model: nn.Module, norm: nn.Module | None, activation: nn.Module) -> str:
    order = [id(module) for module in model.modules()]
    return "after" if norm is not None and order.index(id(norm)) > order.index(id(activation)) else "before"


class Watcher:
    """Records every ``every``-th step of a training loop outside of bnviz; see ``watch``."""

    def __init__(self, model: nn.Module, every: int) -> None:
        self._layers, last = find_layers(model)
        edges = edges_for([layer.activation_name for layer in self._layers])
        functions = [layer.activation_name for layer in self._layers]
        self._recorder = Recorder(self._layers, last, functions, edges, copy=True)
        self._every = every
        self._step = 0
        self._open: AbstractContextManager[None] | None = None
        self._scalars = [NAN, NAN, NAN, NAN]
        self.history = RunHistory(_describe(model, self._layers, self._recorder, edges))

    @property
    def step(self) -> int:
        """Number of optimizer steps so far."""
        return self._step

    def log(
        self,
        train_loss: float | None = None,
        train_accuracy: float | None = None,
        test_loss: float | None = None,
        test_accuracy: float | None = None,
    ) -> None:
        """Add numbers that only the loop knows; each is kept until the next call that gives it.

        Call it with train_loss between ``backward`` and ``step`` to draw the loss curve.
        """
        given = (train_loss, train_accuracy, test_loss, test_accuracy)
        self._scalars = [old if new is None else float(new) for old, new in zip(self._scalars, given, strict=True)]
        if train_loss is not None:
            self.history.add_losses([float(train_loss)])
        if test_loss is not None or test_accuracy is not None:
            self.history.add_evaluation(0, self._step, self._scalars[2], self._scalars[3])

    def _before_forward(self, model: nn.Module, _inputs: Any) -> None:  # noqa: ANN401 - torch's hook signature
        if model.training and torch.is_grad_enabled() and self._step % self._every == 0 and not self._open:
            self._open = self._recorder.observing()
            self._open.__enter__()

    def _after_forward(self, _model: nn.Module, _inputs: Any, _output: Any) -> None:  # noqa: ANN401
        self._close()

    def _before_step(self, _optimizer: Optimizer, _args: Any, _kwargs: Any) -> None:  # noqa: ANN401
        if self._recorder.has_observation:
            self._recorder.before_update()

    def _after_step(self, _optimizer: Optimizer, _args: Any, _kwargs: Any) -> None:  # noqa: ANN401
        if self._recorder.has_observation:
            self.history.add_frame(Frame(self._step, (self._recorder.record(self._scalars),)))
        self._step += 1

    def _close(self) -> None:
        if self._open is not None:
            self._open.__exit__(None, None, None)
            self._open = None


@contextmanager
def watch(model: nn.Module, optimizer: Optimizer, every: int = 10) -> Iterator[Watcher]:
    """Record a model while your own loop trains it; nothing about the training changes.

    ::

        with bnviz.watch(model, optimizer) as watcher:
            for x, y in batches:
                loss = criterion(model(x), y)
                optimizer.zero_grad(); loss.backward()
                watcher.log(train_loss=loss.item())
                optimizer.step()
        bnviz.save(watcher.history, "mine.npz")   # opens in the app

    Args:
        model: any module whose nonlinearities are modules; activations are read channel by channel.
        optimizer: the optimizer that steps it.
        every: record every this many steps.

    Yields:
        The Watcher; its ``history`` fills while the loop runs.

    Raises:
        InputError: every below 1, or no hidden layer found.
    """
    if every < 1:
        raise InputError(f"every must be at least 1, got {every}")
    watcher = Watcher(model, every)
    handles = [
        model.register_forward_pre_hook(watcher._before_forward),
        model.register_forward_hook(watcher._after_forward, always_call=True),
        optimizer.register_step_pre_hook(watcher._before_step),
        optimizer.register_step_post_hook(watcher._after_step),
    ]
    try:
        yield watcher
    finally:
        watcher._close()
        for handle in handles:
            handle.remove()


def _describe(model: nn.Module, layers: Sequence[WatchedLayer], recorder: Recorder, edges: Edges) -> RunDescription:
    """Return the description; its experiment is only a placeholder, as ``watched`` tells."""
    functions = {layer.activation_name for layer in layers}
    common_name = next(iter(functions)) if len(functions) == 1 else None
    norm = "none" if layers[0].norm is None else "batch"
    arm = ArmDescription(
        changes={},
        config={"activation": common_name or "mixed"},
        layers=tuple(layer.name for layer in layers),
        units=tuple(int(unit) for unit in recorder.units),
        width=max(recorder.widths),
        widths=tuple(recorder.widths),
        normalized=any(layer.norm is not None for layer in layers),
        position=layers[0].position,
        saturation=None if common_name is None else saturation_region(common_name),
        weights_hash="",
    )
    return RunDescription(
        watched=WatchedModel(type(model).__name__),
        experiment=Experiment(RunConfig(), ((("norm", norm),),), "watched").to_dict(),
        arms=(arm,),
        edges=edges,
        dataset=DatasetDescription(
            name="watched", n_train=0, n_test=0, classes=(), source="your own loop", is_plane=False, points=None
        ),
        chance=0.0,
        max_steps=0,
        provenance=Provenance(today(), None, dict(versions()), str(next(model.parameters()).device)),
    )
