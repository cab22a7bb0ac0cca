"""Covariate shift, noise and smoothness over arms and seeds: recipes, runs, and their file."""

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
from bnviz.chapters.why.linear_net import linear_captures
from bnviz.chapters.why.noisy_net import build_with_noise
from bnviz.chapters.why.probed_run import ProbeResults, Subject, capture_run
from bnviz.chapters.why.smoothness import step_lengths
from bnviz.config import InputError, RunConfig
from bnviz.data import Dataset, load_dataset
from bnviz.nets import build_net
from bnviz.norms import NoisyBatchNorm
from bnviz.norms.calibration import with_recalibrated_stats
from bnviz.training.batches import batch_indices
from bnviz.training.optimizers import make_optimizer

Progress = Callable[[int, int], None]

ARMS = ("none", "batch", "noisy", "noise")
"""Without BN; with BN; BN with noise behind it; the same noise without BN."""

DIGITS = 4
"""Significant digits that a file keeps."""

_TESTED, _PROBED, _CHUNK, _REFRESHING = 1000, 256, 250, 2000


@dataclass(frozen=True, slots=True, eq=False)
class ShiftStudy:
    """Measurements of several arms from several seeds.

    Attributes:
        scene: which net: "figure1", "vgg11" or "linear".
        lr: learning rate of all arms.
        arms: (A,), of ``ARMS``.
        seeds: (S,), of weights, batches, noise (and data, for "linear").
        steps: (T,), updates made before each measurement.
        values: by name as in ``ProbeResults``, each (A, S, T, ...).
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
        """Return plain values for JSON, rounded; what is not finite is null.

        Args:
            names: of the measurements to keep; all of them otherwise.
        """
        values = {}
        for name in names or tuple(self.values):
            array = self.values[name]
            flat = [float(f"{x:.{DIGITS}g}") if math.isfinite(x) else None for x in array.ravel().tolist()]
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
    """Rebuild a ShiftStudy; raises InputError when a part is missing or the sizes do not agree."""
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


def shift_study(
    base: RunConfig,
    arms: Sequence[str],
    seeds: Sequence[int],
    steps: Sequence[int],
    *,
    allow_any_path: bool = False,
    progress: Progress = lambda done, total: None,
) -> ShiftStudy:
    """Train every arm from every seed and measure at the given steps; a seed's arms share starts and batches.

    Args:
        base: the recipe; its norm and seed are set here. An mlp or a vgg11.
        arms: of ``ARMS``.
        seeds: one run an arm each.
        steps: rising, the first one 0.
        allow_any_path: whether the data set may be a file anywhere.
        progress: told (measurements done, measurements in all).
    """
    if not arms or not set(arms) <= set(ARMS):
        raise InputError(f"arms must be of {', '.join(ARMS)}, got {', '.join(arms) or 'none'}")
    data = load_dataset(base.dataset, allow_any_path=allow_any_path)
    scene = "vgg11" if base.net == "vgg11" else "figure1"

    def run(arm: str, seed: int, told: Callable[[], object]) -> ProbeResults:
        return capture_run(subject(base, arm, seed, data), steps, told)

    return _together(scene, base.lr, arms, seeds, steps, run, progress)


def linear_study(
    lr: float, seeds: Sequence[int], steps: Sequence[int], progress: Progress = lambda done, total: None
) -> ShiftStudy:
    """Run the deep linear net without and with BN; arguments as in ``shift_study``."""

    def run(arm: str, seed: int, told: Callable[[], object]) -> ProbeResults:
        return linear_captures(arm, seed, lr, tuple(steps), told)

    return _together("linear", lr, ("none", "batch"), seeds, steps, run, progress)


def subject(base: RunConfig, arm: str, seed: int, data: Dataset) -> Subject:
    """Set one arm up: net, optimizer, batches, a probe of training images and the test of accuracy."""
    norm = "none" if arm == "noise" else arm
    config = base.with_fields(norm=norm, seed=seed)
    if arm == "noise":
        net = build_with_noise(config, data.input_shape, data.n_classes)
    else:
        random = torch.Generator().manual_seed(seed)
        net = build_net(config, data.input_shape, data.n_classes, random)
    x, y = data.x_train.flatten(1), data.y_train
    x_test, y_test = data.x_test[:_TESTED].flatten(1), data.y_test[:_TESTED]

    def losses() -> Iterator[Loss]:
        for indices in batch_indices(len(y), config.batch_size, seed):
            yield _loss_of(x[indices], y[indices])

    def accuracy(trained: nn.Module) -> float:
        return accuracy_of(trained.eval(), x_test, y_test)

    def as_trained(trained: nn.Module) -> float:
        return accuracy_of(trained.train(), x_test, y_test)

    def refreshed(trained: nn.Module) -> float:
        return accuracy_of(without_noise(trained, x[:_REFRESHING]), x_test, y_test)

    accuracies = {"accuracy": accuracy, "as_trained": as_trained, "refreshed": refreshed}
    lengths = step_lengths(config.lr)
    return Subject(net, make_optimizer(config, net), losses(), x[:_PROBED], lengths, accuracies)


def without_noise(net: nn.Module, x: Tensor) -> nn.Module:
    """Return a copy in evaluation mode whose running statistics are those of inputs (B, D) without noise."""
    calm = deepcopy(net)
    for norm in (each for each in calm.modules() if isinstance(each, NoisyBatchNorm)):
        norm.n_mu = norm.r_mu = norm.r_s = 0.0
        norm.n_s = 1.0
    return with_recalibrated_stats(calm, x, _CHUNK)


def accuracy_of(net: nn.Module, x: Tensor, y: Tensor) -> float:
    """Return the share of right answers in the net's mode, in 0..1, over batches of ``_CHUNK``.

    In training mode BN takes the statistics of these batches and any noise is on; running statistics move.
    """
    with torch.no_grad():
        found = torch.cat([net(part).argmax(1) for part in torch.split(x, _CHUNK)])
    return float((found == y).double().mean())


def _loss_of(x: Tensor, y: Tensor) -> Loss:
    return lambda net: F.cross_entropy(net(x), y)


def _together(
    scene: str,
    lr: float,
    arms: Sequence[str],
    seeds: Sequence[int],
    steps: Sequence[int],
    run: Callable[[str, int, Callable[[], object]], ProbeResults],
    progress: Progress,
) -> ShiftStudy:
    total, done = len(arms) * len(seeds) * len(steps), 0

    def told() -> None:
        nonlocal done
        done += 1
        progress(done, total)

    rows = [[run(arm, seed, told).values for seed in seeds] for arm in arms]
    values = {name: np.stack([np.stack([one[name] for one in row]) for row in rows]) for name in rows[0][0]}
    return ShiftStudy(scene, lr, tuple(arms), tuple(seeds), tuple(steps), values)
