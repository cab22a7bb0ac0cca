"""Whether a device computes what the CPU computes: the first step of both arms, in float32 and in float64.

A difference in float32 alone says little, because the CPU is no oracle there. oneDNN's convolutions put out
channels-last maps, and over those torch 2.13 sums the statistics of BN less exactly: of a batch of 32 x 8 maps of 28 x
28 positions the variance is 5e-5 off, of the same maps in channels-first memory 3e-8. After one step of ResNet-20 the
loss on the CPU is 7.5e-5 off from float64, and the beta of its first BN layer 2.7 %. So beside each difference stands
how far the CPU's own float32 is off, and the same step is made in float64 on both, where only a mistake leaves a
difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from bnviz.bench.device.row import DeviceRow
from bnviz.bench.device.scenes import CPU, DeviceScene, trained
from bnviz.training.batches import batch_indices
from bnviz.training.loop import Step, TrainingData
from bnviz.training.twins import Twin, build_twins

SMALLEST = 1e-2
"""Differences are relative to the largest number of a tensor, and to this where all of its numbers are smaller."""
LIMIT_FLOAT32, LIMIT_FLOAT64, MARGIN = 2e-3, 1e-9, 10


@dataclass(frozen=True, slots=True, eq=False)
class FirstStep:
    """The first step of all arms.

    Attributes:
        losses: of each arm.
        states: of each arm, all parameters and buffers after the step, on the CPU in float64.
    """

    losses: tuple[float, ...]
    states: tuple[dict[str, Tensor], ...]


def agreement(scene: DeviceScene, device: torch.device) -> Iterator[DeviceRow]:
    """Compare the first step on the device with that on the CPU."""
    name = scene.name
    with full_float32():
        here, there = (trained(scene, each, 1, observed=True) for each in (CPU, device))
        there_exact = None if device.type == "mps" else step_in_float64(scene, device)  # MPS has no float64
    exact = step_in_float64(scene, CPU)
    hashes = [twin.weights_hash for twin in (*here.twins, *there.twins)]
    yield DeviceRow(f"{name}: twins alike at the start", " ".join(dict.fromkeys(hashes)), len(set(hashes)) == 1)
    ours, theirs = (_first_step(run.twins, run.losses[0]) for run in (here, there))
    for what in ("loss", "weights", "running statistics"):
        far, where = _difference(ours, theirs, what)
        own, _ = _difference(ours, exact, what)
        found = f"{far:.1e}{where}; float32 on the CPU {own:.1e}"
        holds = far < max(LIMIT_FLOAT32, MARGIN * own)
        yield DeviceRow(f"{name}: step 1, {what}, largest difference", found, holds, {"device": far, "cpu": own})
    yield _recorded(name, here.steps[0], there.steps[0])
    if there_exact is not None:
        far, where = max(_difference(exact, there_exact, what) for what in ("loss", "weights", "running statistics"))
        yield DeviceRow(f"{name}: step 1 in float64", f"{far:.1e}{where}", far < LIMIT_FLOAT64, {"device": far})


@contextmanager
def full_float32() -> Iterator[None]:
    """Let cuDNN use no TF32 inside the block: with its 10 bits, convolutions differ in the third digit."""
    before = torch.backends.cudnn.allow_tf32
    torch.backends.cudnn.allow_tf32 = False
    try:
        yield
    finally:
        torch.backends.cudnn.allow_tf32 = before


def step_in_float64(scene: DeviceScene, device: torch.device) -> FirstStep:
    """Make the first step of all arms in float64, in a plain loop."""
    dataset, base = scene.dataset, scene.experiment.base
    data = TrainingData.of(dataset, device)
    indices = next(batch_indices(len(data.y), base.batch_size, base.seed)).to(device)
    x, y = data.x[indices].double(), data.y[indices]
    twins = build_twins(scene.experiment, dataset, device)
    losses = []
    for twin in twins:
        twin.net.double()
        loss = F.cross_entropy(twin.net(x), y)
        losses.append(loss.item())
        twin.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        twin.optimizer.step()
    return _first_step(twins, losses)


def _first_step(twins: Sequence[Twin], losses: Sequence[float | None]) -> FirstStep:
    states = ({name: tensor.detach().cpu().double() for name, tensor in t.net.state_dict().items()} for t in twins)
    return FirstStep(tuple(float("nan") if loss is None else loss for loss in losses), tuple(states))


def _difference(one: FirstStep, other: FirstStep, what: str) -> tuple[float, str]:
    """Return the largest difference of the losses, the weights or the running statistics, and of which tensor."""
    if what == "loss":
        return max(abs(a - b) for a, b in zip(one.losses, other.losses, strict=True)), ""
    found = [(0.0, "")]
    for arm, (ours, theirs) in enumerate(zip(one.states, other.states, strict=True)):
        for name, tensor in ours.items():
            if ("running" in name) == (what == "running statistics"):
                scale = max(SMALLEST, float(tensor.abs().max()))
                found.append((float((tensor - theirs[name]).abs().max()) / scale, f" ({name} of arm {arm})"))
    far, where = max(found)
    return far, where if far > 0 else ""


def _recorded(name: str, here: Step, there: Step) -> DeviceRow:
    one, other = here.frame, there.frame
    assert one is not None  # it was asked for
    assert other is not None
    pairs = zip(one.arms, other.arms, strict=True)
    far = max(float(np.nanmax(np.abs(np.subtract(a.moments, b.moments)))) for a, b in pairs)
    return DeviceRow(f"{name}: step 1, recorded moments", f"{far:.1e}", far < LIMIT_FLOAT32, {"device": far})
