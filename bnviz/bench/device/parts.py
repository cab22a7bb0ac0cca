"""Whether the other parts that compute work on a device: surfaces, a run with its checkpoint, a stacked sweep."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import torch

from bnviz.bench.device.row import DeviceRow
from bnviz.bench.device.scenes import CPU, DeviceScene, trained
from bnviz.config import Experiment, RunConfig, preset
from bnviz.data import load_dataset
from bnviz.landscape import current_weights, evaluate_plane, random_plane
from bnviz.training.schedule import StepSchedule
from bnviz.training.stacked import StackedNets
from bnviz.training.trainer import Trainer

SAMPLES, GRID = 500, 25


def surface(device: torch.device) -> Iterator[DeviceRow]:
    """Compute one loss surface on the CPU and on the device."""
    scene = DeviceScene("default", preset("default"), 20)
    net, dataset = trained(scene, CPU, scene.steps).twins[-1].net, scene.dataset
    plane, axis = random_plane(current_weights(net), 0), np.linspace(-1, 1, GRID, dtype=np.float32)
    found, seconds = [], []
    for each in (CPU, device, device):  # the device twice: its first time loads kernels
        x, y = dataset.x_train[:SAMPLES].flatten(1).to(each), dataset.y_train[:SAMPLES].to(each)
        there = [{name: tensor.to(each) for name, tensor in direction.items()} for direction in plane]
        started = time.perf_counter()
        found.append(evaluate_plane(net.to(each), x, y, (there[0], there[1]), axis, axis))
        seconds.append(time.perf_counter() - started)
    far = float(np.abs(found[0] - found[-1]).max())
    words = f"{far:.1e}; {seconds[0]:.2f} s on the CPU, {seconds[-1]:.2f} s"
    numbers = {"difference": far, "cpu_s": round(seconds[0], 3), "device_s": round(seconds[-1], 3)}
    yield DeviceRow(f"surface {GRID} x {GRID}: largest difference; time", words, far < 1e-2, numbers)


def run_and_checkpoint(device: torch.device) -> Iterator[DeviceRow]:
    """Train as the app does, with frames and evaluations, and take a checkpoint, which must lie on the CPU."""
    default = preset("default")
    experiment = Experiment(default.base.with_fields(device=device.type), default.arms)
    trainer = Trainer(experiment, load_dataset(experiment.base.dataset), 200, StepSchedule(4), StepSchedule(20))
    for _ in range(40):
        trainer.advance()
    checkpoint, frames = trainer.checkpoint(), len(trainer.history.frames)
    on_cpu = all(tensor.device == CPU for state in checkpoint.states for tensor in state.values())
    points = len(checkpoint.paths[0].steps)
    found = f"{frames} frames, {points} points of the path"
    yield DeviceRow("run: frames, checkpoint on the CPU", found, on_cpu and frames == 10 and points > 1)


def stacked_sweep(device: torch.device) -> Iterator[DeviceRow]:
    """Train three nets as one stack on the CPU and on the device."""
    dataset, configs = load_dataset("mnist"), [RunConfig(lr=lr, depth=3, width=20) for lr in (0.1, 0.5, 1.0)]
    losses = []
    for each in (CPU, device):
        x, y = dataset.x_train.flatten(1).to(each), dataset.y_train.to(each)
        nets = StackedNets(configs, x, y, dataset.n_classes)
        for _ in range(10):
            nets.advance()
        losses.append(nets.losses.cpu())
    far = float((losses[0] - losses[1]).abs().max())
    yield DeviceRow("stacked sweep: losses after 10 steps", f"{far:.1e}", far < 2e-3, {"difference": far})
