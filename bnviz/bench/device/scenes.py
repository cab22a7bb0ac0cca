"""The nets that a device is tried on, and their training on it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import torch

from bnviz.config import Experiment, RunConfig, preset
from bnviz.data import Dataset, load_dataset
from bnviz.training.loop import Step, TrainingData, train_steps
from bnviz.training.twins import Twin, build_twins

CPU = torch.device("cpu")
OBSERVED_EVERY = 5
_VGG11 = RunConfig(net="vgg11", width=64, activation="relu", init="kaiming", lr=0.05, batch_size=128)


@dataclass(frozen=True, slots=True)
class DeviceScene:
    """An experiment that a device is tried on.

    Attributes:
        name: in the table.
        experiment: both arms.
        steps: updates whose bits are compared.
        wanted: steps per second, observed and reduced now and then, that an H100 is to reach; None where none are set.
        is_heavy: whether it takes minutes on a CPU.
    """

    name: str
    experiment: Experiment
    steps: int
    wanted: int | None = None
    is_heavy: bool = False

    @property
    def dataset(self) -> Dataset:
        """The data."""
        return load_dataset(self.experiment.base.dataset)


def scenes_for(device: torch.device) -> list[DeviceScene]:
    """Return the scenes; those that take minutes on a CPU, such as VGG11 at its published width, are left out there."""
    default = preset("default")
    scenes = [
        DeviceScene("default", default, 30, wanted=1000),
        DeviceScene("figure1", preset("figure1"), 30),
        DeviceScene("vgg11 w64 b128", Experiment(_VGG11, default.arms), 6, wanted=200, is_heavy=True),
        DeviceScene("resnet20", preset("resnet20"), 10),
    ]
    return [scene for scene in scenes if device.type != "cpu" or not scene.is_heavy]


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """Twins after some steps on a device, and the steps."""

    twins: tuple[Twin, ...]
    steps: list[Step]

    @property
    def losses(self) -> list[tuple[float | None, ...]]:
        """The losses of all arms, step by step."""
        return [step.losses for step in self.steps]

    def digest(self) -> str:
        """Return a hash of all weights, running statistics and losses, hex."""
        return digest_of(self.twins, repr(self.losses).encode())


def digest_of(twins: Sequence[Twin], first: bytes = b"") -> str:
    """Return a hash of some bytes and of all parameters and buffers of all arms, hex."""
    digest = hashlib.blake2b(first, digest_size=6)
    for twin in twins:
        for tensor in twin.net.state_dict().values():
            digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def trained(scene: DeviceScene, device: torch.device, steps: int, observed: bool = False) -> Trained:
    """Train new twins; where ``observed``, every fifth step from the first on is observed."""
    twins = build_twins(scene.experiment, scene.dataset, device)
    return Trained(twins, advanced(twins, scene, device, steps, observed=observed))


def advanced(
    twins: Sequence[Twin], scene: DeviceScene, device: torch.device, steps: int, start: int = 0, observed: bool = False
) -> list[Step]:
    """Train twins further and return the steps."""
    data = TrainingData.of(scene.dataset, device)
    wanted = (lambda step: step % OBSERVED_EVERY == 0) if observed else (lambda step: False)
    return list(islice(train_steps(twins, data, wanted, start=start), steps))
