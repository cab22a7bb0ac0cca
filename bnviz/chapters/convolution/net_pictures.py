"""A small VGG11 without and with BN, before and after a short training, looked into with one digit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from bnviz.chapters.convolution.pictures import arm_pictures
from bnviz.chapters.convolution.real_maps import NET
from bnviz.chapters.convolution.results import STAGES, ArmPictures
from bnviz.config import Experiment, InputError
from bnviz.data import load_dataset
from bnviz.nets import build_net, hidden_layers
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer

Weights = Mapping[str, npt.NDArray[np.float32]]
Progress = Callable[[int, int], None]
EXPERIMENT = Experiment(NET, name="vgg11")
STEPS, BATCH = 100, 64


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """Twins at one moment.

    Attributes:
        steps: updates made.
        weights: per arm (without, with BN) all parameters and running statistics by name.
        accuracy: per arm on the test data, 0..1; empty where nobody has tested.
    """

    steps: int
    weights: tuple[Weights, ...]
    accuracy: tuple[float, ...] = ()


def at_start() -> Moment:
    """Return the untrained twins."""
    return Moment(0, tuple(_weights(_net(arm)) for arm in range(len(EXPERIMENT.configs))))


def trained(progress: Progress = lambda done, total: None, steps: int = STEPS) -> Moment:
    """Train the twins on the bundled digits (about 30 ms a step)."""
    work = Trainer(EXPERIMENT, load_dataset(NET.dataset), steps, StepSchedule(steps + 1), StepSchedule(steps + 1))
    while work.step < steps:
        work.advance()
        progress(work.step, steps)
    work.evaluate()
    tests = [work.history.last_evaluation(arm) for arm in range(len(work.twins))]
    weights = tuple(_weights(twin.net) for twin in work.twins)
    return Moment(work.step, weights, tuple(float("nan") if each is None else each[2] for each in tests))


def pictures(moment: Moment, index: int, layer: int) -> tuple[ArmPictures, ...]:
    """Look into one layer of both twins, in training mode: BN by the statistics of a batch of 64.

    Args:
        moment: the twins.
        index: which test digit is shown; the first 63 others complete the batch.
        layer: number of the convolution, from 1.

    Raises:
        InputError: no such digit or layer.
    """
    data = load_dataset(NET.dataset)
    if not 0 <= index < len(data.x_test):
        raise InputError(f"digit must be from 0 to {len(data.x_test) - 1}, got {index}")
    mates = [each for each in range(BATCH) if each != index][: BATCH - 1]
    batch = data.x_test[[index, *mates]].flatten(1)
    return tuple(_look(arm, weights, batch, layer) for arm, weights in enumerate(moment.weights))


def shapes() -> tuple[dict[str, tuple[int, ...]], ...]:
    """Return per arm the shapes of all parameters and running statistics."""
    return tuple(
        {name: value.shape for name, value in _weights(_net(arm)).items()} for arm in range(len(EXPERIMENT.configs))
    )


def _net(arm: int) -> nn.Module:
    data = load_dataset(NET.dataset)
    config = EXPERIMENT.configs[arm]
    return build_net(config, data.input_shape, data.n_classes, torch.Generator().manual_seed(config.seed))


def _weights(net: nn.Module) -> Weights:
    state = net.state_dict()
    return {
        name: value.detach().cpu().contiguous().numpy().copy()
        for name, value in state.items()
        if value.is_floating_point()
    }


def _look(arm: int, weights: Weights, batch: Tensor, layer: int) -> ArmPictures:
    net = _net(arm)
    net.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()}, strict=False)
    layers = hidden_layers(net)
    if not 1 <= layer <= len(layers):
        raise InputError(f"convolution must be from 1 to {len(layers)}, got {layer}")
    there = layers[layer - 1]
    found: dict[str, Tensor] = {}
    parts = dict(zip(STAGES, (there.linear, there.norm, there.activation), strict=True))
    handles = [part.register_forward_hook(_keeper(found, stage)) for stage, part in parts.items() if part is not None]
    try:
        with torch.no_grad():
            net(batch)
    finally:
        for handle in handles:
            handle.remove()
    return arm_pictures(there.linear.weight.detach(), found)


def _keeper(found: dict[str, Tensor], stage: str) -> Callable[[nn.Module, object, Tensor], None]:
    def keep(module: nn.Module, given: object, out: Tensor) -> None:
        found[stage] = out.contiguous().clone()

    return keep
