"""Whether a device gives the same bits twice, with the recorder, and when a run resumes."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import torch

from bnviz.bench.device.row import DeviceRow
from bnviz.bench.device.scenes import DeviceScene, Trained, advanced, trained
from bnviz.training.twin_state import restore_twin, twin_state
from bnviz.training.twins import build_twins


def repetition(scene: DeviceScene, device: torch.device) -> Iterator[DeviceRow]:
    """Train the same steps four times, each time differently where that must not matter."""
    first = trained(scene, device, scene.steps).digest()
    others = {
        "twice": trained(scene, device, scene.steps),
        "with and without recorder": trained(scene, device, scene.steps, observed=True),
        "in one go and resumed": resumed(scene, device),
    }
    for how, other in others.items():
        digest = other.digest()
        found = first if digest == first else f"{first} {digest}"
        yield DeviceRow(f"{scene.name}: {scene.steps} steps {how}, same bits", found, digest == first)


def resumed(scene: DeviceScene, device: torch.device) -> Trained:
    """Train half of the steps, and the others with new twins that take over the state."""
    half = scene.steps // 2
    before = trained(scene, device, half)
    twins = build_twins(scene.experiment, scene.dataset, device)
    for twin, former in zip(twins, before.twins, strict=True):
        restore_twin(twin, copy.deepcopy(twin_state(former)))
    return Trained(twins, before.steps + advanced(twins, scene, device, scene.steps - half, half))
