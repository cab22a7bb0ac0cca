"""Training without a browser: the same arms, observed at fixed steps, so that a repetition is identical."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from bnviz.config import Experiment, InputError, RunConfig, parse_arms
from bnviz.data import Dataset, load_dataset
from bnviz.landscape.at_checkpoint import BOUNDARY_GRID, boundary_at, surface_at
from bnviz.progress import ProgressCallback, no_progress
from bnviz.telemetry.history import FIRST_KEPT, History
from bnviz.training.permits import CorePermits
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer

LATER_FRAMES = 200
EVALUATIONS = 200


@dataclass(frozen=True, slots=True, eq=False)
class TrainResult:
    """A finished training.

    Attributes:
        history: what was observed.
        steps: updates made.
        facts: hashes of weights and batches, for the recording's meta part.
        diverged: per arm where and when it stopped being finite, or None.
    """

    history: History
    steps: int
    facts: dict[str, Any]
    diverged: tuple[tuple[int, str] | None, ...]


def run_steps(
    experiment: Experiment,
    steps: int,
    surfaces_at: Sequence[int] = (),
    on_progress: ProgressCallback = no_progress,
    allow_any_path: bool = False,
    dense: int = FIRST_KEPT,
    later: int = LATER_FRAMES,
    evaluations: int = EVALUATIONS,
    boundaries_at: Collection[int] = (),
    boundary_grid: int = BOUNDARY_GRID,
) -> TrainResult:
    """Train all arms of an experiment for a number of steps.

    Args:
        experiment: what to train.
        steps: updates; fewer when every arm diverges.
        surfaces_at: steps at which loss surfaces are kept as well, on both planes.
        on_progress: called with (steps done, steps in all) now and then.
        allow_any_path: whether the data set may be a file anywhere (a command line may, a visitor may not).
        dense: first steps that all get a frame.
        later: about how many frames there are after those.
        evaluations: about how many evaluations on the test data there are.
        boundaries_at: steps at which decision boundaries are kept as well; only for 2-D data.
        boundary_grid: points per axis of a boundary.

    Raises:
        InputError: unknown data set or device, or steps below 1.
    """
    if steps < 1:
        raise InputError(f"steps must be at least 1, got {steps}")
    dataset = load_dataset(experiment.base.dataset, allow_any_path=allow_any_path)
    captures = StepSchedule(max(1, steps // later), dense)
    arms = Trainer(experiment, dataset, steps, captures, StepSchedule(max(1, steps // evaluations)))
    while arms.step < steps and not arms.all_diverged:
        if arms.step in surfaces_at:
            _keep_surfaces(arms, dataset)
        if arms.step in boundaries_at and dataset.is_plane:
            arms.history.add_boundary(boundary_at(arms.checkpoint(), dataset, boundary_grid))
        arms.advance()
        if arms.step % 100 == 0:
            on_progress(arms.step, steps)
    arms.evaluate()
    if arms.step in surfaces_at and not arms.all_diverged:
        _keep_surfaces(arms, dataset)
    facts = {"batches_hashes": [twin.batches_hash for twin in arms.twins], "steps": arms.step}
    return TrainResult(arms.history, arms.step, facts, tuple(twin.diverged_at for twin in arms.twins))


def _keep_surfaces(arms: Trainer, dataset: Dataset) -> None:
    """Keep the surfaces of both planes; there is no plane of the paths before the first step."""
    checkpoint = arms.checkpoint()
    for plane in ("random", "pca") if arms.step else ("random",):
        arms.history.add_surface(surface_at(checkpoint, dataset, plane, permits=CorePermits()))


def train(config: RunConfig | Experiment, steps: int, arms: str = "none,batch") -> History:
    """Train twins and return what was observed.

    Args:
        config: a recipe (its arms are given by ``arms``), or a whole experiment.
        steps: number of updates.
        arms: values of norm, or ``field:value,value``; unused when config is an Experiment.

    Returns:
        The History; ``bnviz.figures`` draws it, ``bnviz.save`` keeps it.

    Raises:
        InputError: something in the recipe or the arms is not accepted.
    """
    experiment = config if isinstance(config, Experiment) else Experiment(config, parse_arms(arms))
    return run_steps(experiment, steps, allow_any_path=True).history


def summary(result: TrainResult) -> dict[str, Any]:
    """Return the result in plain values: per arm the final loss and accuracy and whether it diverged."""
    history = result.history
    rows = []
    for arm, description in enumerate(history.description.arms):
        last, diverged = history.last_evaluation(arm), result.diverged[arm]
        rows.append(
            {
                "arm": description.changes,
                "test_accuracy": None if last is None else round(last[2], 6),
                "test_loss": round(last[1], 6) if last is not None and math.isfinite(last[1]) else None,
                "diverged": None if diverged is None else {"step": diverged[0], "layer": diverged[1]},
                "weights_hash": description.weights_hash,
                "batches_hash": result.facts["batches_hashes"][arm],
            }
        )
    return {
        "experiment": history.meta["experiment"],
        "steps": result.steps,
        "arms": rows,
        "provenance": history.meta["provenance"],
    }
