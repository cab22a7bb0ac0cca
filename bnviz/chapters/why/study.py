"""Covariate shift, noise and smoothness of several arms and seeds: the runs, and the form of their file."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bnviz.array_types import Floats
from bnviz.chapters.why.covariate_shift import Loss
from bnviz.chapters.why.linear_net import probe_linear_net
from bnviz.chapters.why.noisy_net import build_with_noise
from bnviz.chapters.why.probed_run import ProbeResults, Subject, probe_run
from bnviz.chapters.why.smoothness import step_lengths
from bnviz.config import InputError, RunConfig
from bnviz.data import Dataset, load_dataset
from bnviz.nets import build_net
from bnviz.norms import NoisyBatchNorm
from bnviz.norms.calibration import with_recalibrated_stats
from bnviz.progress import ProgressCallback, no_progress
from bnviz.training.batches import batch_indices
from bnviz.training.optimizers import make_optimizer

ARMS = ("none", "batch", "noisy", "noise")
"""Without BN; with BN; BN with noise after it; the same noise without BN."""

DIGITS = 4
"""Significant digits of the numbers in a file."""

COSINE_DIGITS = 10
"""Those of a cosine: of an angle that is nearly 0 the first digits are nines."""

_N_TEST, _N_PROBE, _CHUNK, _N_REFRESH, _N_PROGRESS = 1000, 256, 250, 2000, 1000


@dataclass(frozen=True, slots=True, eq=False)
class ShiftStudy:
    """Measurements of several arms from several seeds.

    Attributes:
        scene: the network: "figure1", "vgg11" or "linear".
        lr: learning rate of all arms.
        arms: (A,), some of ``ARMS``.
        seeds: (S,), seeds of weights, batches and noise (and of the data, for "linear").
        steps: (T,), updates made before each measurement.
        values: measurements by name as in ``ProbeResults``, each (A, S, T, ...).
    """

    scene: str
    lr: float
    arms: tuple[str, ...]
    seeds: tuple[int, ...]
    steps: tuple[int, ...]
    values: Mapping[str, Floats]

    def of(self, arm: str, name: str) -> Floats:
        """Return one measurement of one arm, (S, T, ...)."""
        return np.asarray(self.values[name][self.arms.index(arm)])

    def to_dict(self, names: Sequence[str] | None = None) -> dict[str, Any]:
        """Return plain values for JSON, rounded; a value that is not finite is null.

        Args:
            names: names of the measurements to keep; all of them by default.
        """
        values = {}
        for name in names or tuple(self.values):
            array = self.values[name]
            digits = COSINE_DIGITS if name == "cosine" else DIGITS
            flat = [float(f"{x:.{digits}g}") if math.isfinite(x) else None for x in array.ravel().tolist()]
            values[name] = {"shape": list(array.shape), "values": flat}
        return {
            "scene": self.scene,
            "lr": self.lr,
            "arms": list(self.arms),
            "seeds": list(self.seeds),
            "steps": list(self.steps),
            "values": values,
        }


def study_from_dict(data: Mapping[str, Any]) -> ShiftStudy:
    """Return the ShiftStudy of plain values; raises InputError when a part is missing or sizes do not agree."""
    try:
        arms, seeds, steps = map(tuple, (data["arms"], data["seeds"], data["steps"]))
        values = {}
        for name, part in data["values"].items():
            flat = np.asarray([math.nan if x is None else float(x) for x in part["values"]])
            values[str(name)] = flat.reshape(part["shape"])
            if values[name].shape[:3] != (len(arms), len(seeds), len(steps)):
                raise ValueError(name)
        return ShiftStudy(str(data["scene"]), float(data["lr"]), arms, seeds, steps, values)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError("a study of covariate shift needs arms, seeds, steps and as many values") from error


def with_more_seeds(study: ShiftStudy, more: ShiftStudy) -> ShiftStudy:
    """Join two studies of the same scene, arms, steps and measurements; raises InputError where they differ."""
    same = ("scene", "lr", "arms", "steps")
    if any(getattr(study, name) != getattr(more, name) for name in same) or set(study.values) != set(more.values):
        raise InputError("studies of different scenes, arms, steps or measurements cannot be joined")
    values = {name: np.concatenate([values, more.values[name]], 1) for name, values in study.values.items()}
    return ShiftStudy(study.scene, study.lr, study.arms, (*study.seeds, *more.seeds), study.steps, values)


def shift_study(
    base: RunConfig,
    arms: Sequence[str],
    seeds: Sequence[int],
    steps: Sequence[int],
    *,
    allow_any_path: bool = False,
    on_progress: ProgressCallback = no_progress,
) -> ShiftStudy:
    """Train every arm from every seed and measure at the given steps; arms of a seed share weights and batches.

    Args:
        base: the recipe of an mlp or a vgg11; its norm and seed are replaced.
        arms: some of ``ARMS``.
        seeds: one run per seed and arm.
        steps: steps that are measured, in rising order, the first one 0.
        allow_any_path: whether the data set may be a file anywhere.
        on_progress: called with (measurements done, measurements in all).
    """
    if not arms or not set(arms) <= set(ARMS):
        raise InputError(f"arms must be of {', '.join(ARMS)}, got {', '.join(arms) or 'none'}")
    data = load_dataset(base.dataset, allow_any_path=allow_any_path)
    scene = "vgg11" if base.net == "vgg11" else "figure1"

    def run(arm: str, seed: int, on_measured: Callable[[], object]) -> ProbeResults:
        return probe_run(subject(base, arm, seed, data), steps, on_measured)

    return _run_all(scene, base.lr, arms, seeds, steps, run, on_progress)


def linear_study(
    lr: float, seeds: Sequence[int], steps: Sequence[int], on_progress: ProgressCallback = no_progress
) -> ShiftStudy:
    """Run the deep linear network without and with BN; for the arguments see ``shift_study``."""

    def run(arm: str, seed: int, on_measured: Callable[[], object]) -> ProbeResults:
        return probe_linear_net(arm, seed, lr, tuple(steps), on_measured)

    return _run_all("linear", lr, ("none", "batch"), seeds, steps, run, on_progress)


def subject(base: RunConfig, arm: str, seed: int, data: Dataset) -> Subject:
    """Return one arm ready to train: network, optimizer, batches, a probe of training images and the accuracies."""
    norm = "none" if arm == "noise" else arm
    config = base.with_fields(norm=norm, seed=seed)
    if arm == "noise":
        net = build_with_noise(config, data.input_shape, data.n_classes)
    else:
        random = torch.Generator().manual_seed(seed)
        net = build_net(config, data.input_shape, data.n_classes, random)
    x, y = data.x_train.flatten(1), data.y_train
    x_test, y_test = data.x_test[:_N_TEST].flatten(1), data.y_test[:_N_TEST]

    def losses() -> Iterator[Loss]:
        for indices in batch_indices(len(y), config.batch_size, seed):
            yield _loss_of(x[indices], y[indices])

    def accuracy(trained: nn.Module) -> float:
        return accuracy_of(trained.eval(), x_test, y_test)

    def as_trained(trained: nn.Module) -> float:
        return accuracy_of(trained.train(), x_test, y_test)

    def refreshed(trained: nn.Module) -> float:
        return accuracy_of(without_noise(trained, x[:_N_REFRESH]), x_test, y_test)

    def progress(trained: nn.Module) -> float:
        return loss_in_training(trained, x[-_N_PROGRESS:], y[-_N_PROGRESS:])

    accuracies = {"accuracy": accuracy, "as_trained": as_trained, "refreshed": refreshed}
    lengths = step_lengths(config.lr)
    return Subject(net, make_optimizer(config, net), losses(), x[:_N_PROBE], lengths, accuracies, progress)


def without_noise(net: nn.Module, x: Tensor) -> nn.Module:
    """Return a copy in evaluation mode with the running statistics of inputs (B, D) without noise."""
    noiseless = deepcopy(net)
    for norm in (each for each in noiseless.modules() if isinstance(each, NoisyBatchNorm)):
        norm.n_mu = norm.r_mu = norm.r_s = 0.0
        norm.n_s = 1.0
    return with_recalibrated_stats(noiseless, x, _CHUNK)


def accuracy_of(net: nn.Module, x: Tensor, y: Tensor) -> float:
    """Return the accuracy in the network's mode, 0..1, over batches of ``_CHUNK``.

    In training mode BN uses the statistics of these batches, noise is on, and running statistics change.
    """
    with torch.no_grad():
        found = torch.cat([net(part).argmax(1) for part in torch.split(x, _CHUNK)])
    return float((found == y).double().mean())


def loss_in_training(net: nn.Module, x: Tensor, y: Tensor) -> float:
    """Return the cross-entropy in training mode, a mean over batches of ``_CHUNK``; running statistics change."""
    net.train()
    with torch.no_grad():
        parts = zip(torch.split(x, _CHUNK), torch.split(y, _CHUNK), strict=True)
        losses = [F.cross_entropy(net(images), labels).item() for images, labels in parts]
    return sum(losses) / len(losses)


def _loss_of(x: Tensor, y: Tensor) -> Loss:
    return lambda net: F.cross_entropy(net(x), y)


def _run_all(
    scene: str,
    lr: float,
    arms: Sequence[str],
    seeds: Sequence[int],
    steps: Sequence[int],
    run: Callable[[str, int, Callable[[], object]], ProbeResults],
    on_progress: ProgressCallback,
) -> ShiftStudy:
    total, done = len(arms) * len(seeds) * len(steps), 0

    def on_measured() -> None:
        nonlocal done
        done += 1
        on_progress(done, total)

    rows = [[run(arm, seed, on_measured).values for seed in seeds] for arm in arms]
    values = {name: np.stack([np.stack([one[name] for one in row]) for row in rows]) for name in rows[0][0]}
    return ShiftStudy(scene, lr, tuple(arms), tuple(seeds), tuple(steps), values)
