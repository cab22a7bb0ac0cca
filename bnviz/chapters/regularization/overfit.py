"""Overfitting on few digits, with one regularizer at a time, from several seeds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from bnviz.array_types import Floats
from bnviz.chapters.regularization.results import METRICS, OverfitStudy
from bnviz.config import InputError, RunConfig, Value
from bnviz.data import Dataset, load_dataset
from bnviz.nets import build_net
from bnviz.progress import ProgressCallback, no_progress
from bnviz.training.batches import batch_indices
from bnviz.training.evaluate import loss_and_accuracy
from bnviz.training.optimizers import make_optimizer
from bnviz.training.pace import pause_point

SAMPLES, SMALL, LARGE = 500, 10, 250
BASE = RunConfig(depth=3, width=100, activation="relu", init="kaiming", lr=0.1, batch_size=50, norm="none")
ARMS: Mapping[str, Mapping[str, Value]] = {
    "none": {},
    "none_small": {"batch_size": SMALL},
    "none_large": {"batch_size": LARGE},
    "bn_small": {"norm": "batch", "batch_size": SMALL},
    "bn": {"norm": "batch"},
    "bn_large": {"norm": "batch", "batch_size": LARGE},
    "dropout": {"dropout": 0.5},
    "decay": {"weight_decay": 0.005},
    "shift": {},
}
"""What each arm changes of the base recipe; "shift" moves every image by up to one pixel."""


def study_from_dict(data: Mapping[str, Any]) -> OverfitStudy:
    """Rebuild an OverfitStudy; raises InputError when a part is missing or the sizes do not agree."""
    try:
        arms, seeds, steps = map(tuple, (data["arms"], data["seeds"], data["steps"]))
        flat = np.asarray([math.nan if x is None else float(x) for x in data["values"]])
        values = flat.reshape(len(arms), len(seeds), len(steps), len(METRICS))
        return OverfitStudy(arms, seeds, steps, int(data["samples"]), values)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError("a study needs arms, seeds, steps, samples and as many values") from error


def overfit_study(
    arms: Sequence[str],
    seeds: Sequence[int],
    n_steps: int,
    n_samples: int = SAMPLES,
    n_evaluations: int = 20,
    on_progress: ProgressCallback = no_progress,
    on_step: ProgressCallback = no_progress,
) -> OverfitStudy:
    """Train every arm from every seed on a few digits; arms of one seed share digits and start weights.

    Args:
        arms: names of ``ARMS``.
        seeds: one run each.
        n_steps: updates of each run.
        n_samples: digits to train on, drawn per seed from the 4,000.
        n_evaluations: evaluations of each run after the start.
        on_progress: called with (runs done, runs in all).
        on_step: called with (steps done, steps in all), after each.
    """
    data = load_dataset(BASE.dataset)
    times = sorted({round(n_steps * k / n_evaluations) for k in range(n_evaluations + 1)})
    values = np.full((len(arms), len(seeds), len(times), len(METRICS)), np.nan)
    done = 0
    for place, arm in enumerate(arms):
        for number, seed in enumerate(seeds):

            def on_one(step: int, before: int = done * n_steps) -> None:
                on_step(before + step, n_steps * len(arms) * len(seeds))

            values[place, number] = overfit_run(arm, seed, times, data, n_samples, on_one)
            done += 1
            on_progress(done, len(arms) * len(seeds))
    return OverfitStudy(tuple(arms), tuple(seeds), tuple(times), n_samples, values)


def overfit_run(
    arm: str,
    seed: int,
    times: Sequence[int],
    data: Dataset,
    n_samples: int,
    on_step: Callable[[int], None] = lambda step: None,
) -> Floats:
    """Train one arm and evaluate it at the given numbers of updates: (T, 4), columns as ``METRICS``."""
    config = BASE.with_fields(**{**ARMS[arm], "seed": seed})
    random = torch.Generator().manual_seed(seed)
    chosen = torch.randperm(len(data.y_train), generator=random)[:n_samples]
    images, y = data.x_train[chosen], data.y_train[chosen]
    test = data.x_test.flatten(1), data.y_test
    net = build_net(config, data.input_size, data.n_classes, torch.Generator().manual_seed(seed))
    optimizer = make_optimizer(config, net)
    batches = batch_indices(n_samples, config.batch_size, seed)
    rows = []
    for step in range(times[-1] + 1):
        if step in times:
            rows.append((*loss_and_accuracy(net, images.flatten(1), y), *loss_and_accuracy(net, *test)))
        if step == times[-1]:
            break
        indices = next(batches)
        x = random_shift(images[indices], random) if arm == "shift" else images[indices]
        optimizer.zero_grad(set_to_none=True)
        pause_point()
        F.cross_entropy(net(x.flatten(1)), y[indices]).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        on_step(step + 1)
    return np.asarray(rows)[:, [1, 3, 0, 2]]


def shift_images(images: Tensor, dx: Tensor, dy: Tensor, max_shift: int = 1) -> Tensor:
    """Move each image by whole pixels; pixels that enter from outside are 0, pixels that leave are lost.

    Args:
        images: (B, C, H, W).
        dx: (B,), pixels to the right, from -max_shift to max_shift.
        dy: (B,), pixels down, from -max_shift to max_shift.
        max_shift: largest shift.
    """
    _, _, height, width = images.shape
    padded = F.pad(images, (max_shift, max_shift, max_shift, max_shift))
    rows = torch.arange(height) + max_shift - dy[:, None]
    columns = torch.arange(width) + max_shift - dx[:, None]
    batch = torch.arange(len(images))
    # Advanced indices around a slice put the batch and pixel axes first, the channels last.
    moved = padded[batch[:, None, None], :, rows[:, :, None], columns[:, None, :]]
    return moved.permute(0, 3, 1, 2)


def random_shift(images: Tensor, generator: torch.Generator, max_shift: int = 1) -> Tensor:
    """Move each image (B, C, H, W) by up to ``max_shift`` pixels in each direction, all shifts equally likely."""
    dx, dy = torch.randint(-max_shift, max_shift + 1, (2, len(images)), generator=generator)
    return shift_images(images, dx, dy, max_shift)
