"""A small VGG11 without and with BN, before and after a short training, and its feature maps for one digit."""

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
from bnviz.progress import ProgressCallback, no_progress
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer

Weights = Mapping[str, npt.NDArray[np.float32]]
EXPERIMENT = Experiment(NET, name="vgg11")
STEPS, BATCH = 100, 64


@dataclass(frozen=True, slots=True, eq=False)
class TwinWeights:
    """The weights of the twins at one step.

    Attributes:
        steps: number of updates.
        weights: per arm (without, with BN) all parameters and running statistics by name.
        accuracy: test accuracy per arm, 0..1; empty for untrained twins.
    """

    steps: int
    weights: tuple[Weights, ...]
    accuracy: tuple[float, ...] = ()


def untrained_twins() -> TwinWeights:
    """Return the untrained twins."""
    return TwinWeights(0, tuple(_weights(_net(arm)) for arm in range(len(EXPERIMENT.configs))))


def train_twins(on_progress: ProgressCallback = no_progress, steps: int = STEPS) -> TwinWeights:
    """Train the twins on the bundled digits (about 30 ms per step)."""
    trainer = Trainer(EXPERIMENT, load_dataset(NET.dataset), steps, StepSchedule(steps + 1), StepSchedule(steps + 1))
    while trainer.step < steps:
        trainer.advance()
        on_progress(trainer.step, steps)
    trainer.evaluate()
    tests = [trainer.history.last_evaluation(arm) for arm in range(len(trainer.twins))]
    weights = tuple(_weights(twin.net) for twin in trainer.twins)
    return TwinWeights(trainer.step, weights, tuple(float("nan") if each is None else each[2] for each in tests))


def layer_pictures(twins: TwinWeights, index: int, layer: int) -> tuple[ArmPictures, ...]:
    """Return filters and feature maps of one layer of both twins, in training mode, for a batch of 64.

    Args:
        twins: the weights of the twins.
        index: number of the test digit that is shown; the first 63 others complete the batch.
        layer: number of the convolution, from 1.

    Raises:
        InputError: no such digit or layer.
    """
    data = load_dataset(NET.dataset)
    if not 0 <= index < len(data.x_test):
        raise InputError(f"digit must be from 0 to {len(data.x_test) - 1}, got {index}")
    others = [each for each in range(BATCH) if each != index][: BATCH - 1]
    batch = data.x_test[[index, *others]].flatten(1)
    return tuple(_pictures_of(arm, weights, batch, layer) for arm, weights in enumerate(twins.weights))


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


def _pictures_of(arm: int, weights: Weights, batch: Tensor, layer: int) -> ArmPictures:
    net = _net(arm)
    net.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()}, strict=False)
    layers = hidden_layers(net)
    if not 1 <= layer <= len(layers):
        raise InputError(f"convolution must be from 1 to {len(layers)}, got {layer}")
    chosen = layers[layer - 1]
    found: dict[str, Tensor] = {}
    parts = dict(zip(STAGES, (chosen.linear, chosen.norm, chosen.activation), strict=True))
    handles = [
        part.register_forward_hook(_storing_hook(found, stage)) for stage, part in parts.items() if part is not None
    ]
    try:
        with torch.no_grad():
            net(batch)
    finally:
        for handle in handles:
            handle.remove()
    return arm_pictures(chosen.linear.weight.detach(), found)


def _storing_hook(found: dict[str, Tensor], stage: str) -> Callable[[nn.Module, object, Tensor], None]:
    def keep(module: nn.Module, given: object, out: Tensor) -> None:
        found[stage] = out.contiguous().clone()

    return keep
