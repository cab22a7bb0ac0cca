"""Sweeps of one field with and without BN over several seeds: the init scale, the learning rate."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from bnviz.chapters.initialization.results import FieldSweep, ShortRun
from bnviz.config import InputError, RunConfig, Value
from bnviz.data import Dataset, load_dataset
from bnviz.nets import build_net
from bnviz.progress import ProgressCallback, no_progress
from bnviz.training.batches import batch_indices
from bnviz.training.optimizers import make_optimizer
from bnviz.training.pace import pause_point

LAST = 20
"""The loss of a run is the mean over this many last steps."""


def sweep_from_dict(data: Mapping[str, Any]) -> FieldSweep:
    """Rebuild a Sweep; raises InputError when a part is missing or the shapes contradict each other."""
    try:
        rows = [[[math.nan if x is None else float(x) for x in row] for row in arm] for arm in data["loss"]]
        made = FieldSweep(
            str(data["field"]),
            tuple(map(float, data["values"])),
            tuple(map(dict, data["arms"])),
            dict(data["base"]),
            tuple(map(int, data["seeds"])),
            int(data["steps"]),
            np.asarray(rows, np.float64),
            float(data["chance"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError("a sweep needs field, values, arms, base, seeds, steps, loss and chance") from error
    expected = (len(made.arms), len(made.values), len(made.seeds))
    if made.loss.shape != expected:
        raise InputError(f"found losses of shape {made.loss.shape}, expected {expected}")
    return made


def run_sweep(
    base: RunConfig,
    field: str,
    values: Sequence[float],
    arms: Sequence[Mapping[str, Value]],
    seeds: Sequence[int],
    n_steps: int,
    on_progress: ProgressCallback = no_progress,
) -> FieldSweep:
    """Train every arm at every value of a field from every seed.

    Args:
        base: what all runs share.
        field: the field that is swept.
        values: its values.
        arms: what each arm changes of the base.
        seeds: of weights and batches; arms share them.
        n_steps: updates per run.
        on_progress: called with (runs done, runs in all).
    """
    data = load_dataset(base.dataset)
    loss = np.full((len(arms), len(values), len(seeds)), np.nan)
    done = 0
    for arm, changes in enumerate(arms):
        for place, value in enumerate(values):
            for number, seed in enumerate(seeds):
                config = base.with_fields(**{**changes, field: value, "seed": seed})
                loss[arm, place, number] = short_run(config, data, n_steps).loss
                done += 1
                on_progress(done, loss.size)
    return FieldSweep(
        field,
        tuple(values),
        tuple(dict(arm) for arm in arms),
        base.to_dict(),
        tuple(seeds),
        n_steps,
        loss,
        math.log(data.n_classes),
    )


def short_run(config: RunConfig, data: Dataset, n_steps: int) -> ShortRun:
    """Train one net for some steps on the CPU; it stops once its loss is not finite."""
    x, y = data.x_train.flatten(1), data.y_train
    generator = torch.Generator().manual_seed(config.seed)
    net = build_net(config, data.input_size, data.n_classes, generator)
    optimizer = make_optimizer(config, net)
    batches = batch_indices(len(y), config.batch_size, config.seed)
    losses = []
    for step in range(n_steps):
        indices = next(batches)
        loss = F.cross_entropy(net(x[indices]), y[indices])
        losses.append(loss.item())
        if not math.isfinite(losses[-1]):
            return ShortRun(math.nan, step)
        optimizer.zero_grad(set_to_none=True)
        pause_point()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return ShortRun(float(np.mean(losses[-LAST:])), None)
