"""The saturation of each layer, measured over the scale of the start weights (E3) and over training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bnviz.array_types import Floats
from bnviz.chapters.saturation.results import InitScaleSweep, LayerRun
from bnviz.config import Experiment, InputError, RunConfig
from bnviz.data import load_dataset
from bnviz.telemetry.records import PARAMETERS, Frame
from bnviz.telemetry.saturation import CURVES
from bnviz.training.device import resolve_device
from bnviz.training.observed_copies import first_frame
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer

SCALES = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)
"""Factors on the start weights of all hidden layers that the sweep takes."""

MAX_STEPS = 1000
_FRAMES = 20
_GAMMA = PARAMETERS.index("gamma")


def layer_experiment(curve: str, scale: float = 1.0, lr: float = 0.1, seed: int = 0) -> Experiment:
    """Return the chapter's twins: 5 hidden layers of 100 units, without and with BN, batches of 100 digits.

    Start weights are Xavier's for sigmoid and tanh and Kaiming's for ReLU, times ``scale``.

    Raises:
        InputError: a nonlinearity the chapter does not have, or a scale or rate out of bounds.
    """
    if curve not in CURVES:
        raise InputError(f"the nonlinearity must be one of {', '.join(CURVES)}, got {curve!r:.40}")
    init = "kaiming" if curve == "relu" else "xavier"
    base = RunConfig(
        depth=5,
        width=100,
        activation=curve,
        init=init,
        init_scale=scale,
        lr=lr,
        batch_size=100,
        seed=seed,
        device="cpu",
    )
    return Experiment(base)


def layer_stats_at_start(curve: str, scales: Sequence[float] = SCALES, seed: int = 0) -> InitScaleSweep:
    """Measure every layer of untrained twins on their first batch, for each scale of the start weights."""
    dataset = load_dataset("mnist")
    frames = []
    for scale in scales:
        experiment = layer_experiment(curve, scale, seed=seed)
        frames.append(first_frame(experiment, dataset, resolve_device("cpu")))
    return InitScaleSweep(
        layer_experiment(curve, seed=seed),
        tuple(scales),
        *(_stack(frames, name) for name in ("saturated_fraction", "derivative", "dead_fraction")),
    )


def layer_stats_over_run(
    curve: str, scale: float = 1.0, n_steps: int = 100, lr: float = 0.1, seed: int = 0
) -> LayerRun:
    """Train the twins and measure every layer at about 20 moments; a repetition gives the same numbers.

    Args:
        curve: one of ``CURVES``.
        scale: factor on the start weights of the hidden layers.
        n_steps: updates, 1 to ``MAX_STEPS``.
        lr: learning rate of plain SGD.
        seed: of weights and batches.

    Raises:
        InputError: an argument out of bounds.
    """
    if not 1 <= n_steps <= MAX_STEPS:
        raise InputError(f"steps must be a whole number from 1 to {MAX_STEPS}, got {n_steps}")
    experiment = layer_experiment(curve, scale, lr, seed)
    captures = StepSchedule(max(1, n_steps // _FRAMES))
    # A step is observed before its update, so the state after N updates is seen by one more step.
    trainer = Trainer(experiment, load_dataset("mnist"), n_steps + 1, captures, StepSchedule(n_steps + 2))
    while trainer.step < n_steps and not trainer.all_diverged:
        trainer.advance()
    trainer.evaluate()
    trainer.advance()
    frames = trainer.history.frames
    ends = [trainer.history.last_evaluation(arm) for arm in range(2)]
    finite = [twin.diverged_at is None for twin in trainer.twins]
    accuracy = [end[2] if alive and end else float("nan") for end, alive in zip(ends, finite, strict=True)]
    return LayerRun(
        experiment,
        np.array([frame.step for frame in frames]),
        _stack(frames, "saturated_fraction"),
        _stack(frames, "derivative"),
        _stack(frames, "dead_fraction"),
        _gammas(frames),
        np.array(accuracy),
    )


def _stack(frames: Sequence[Frame], name: str) -> Floats:
    return np.array([[getattr(frame.arms[arm], name) for frame in frames] for arm in range(2)], np.float64)


def _gammas(frames: Sequence[Frame]) -> Floats:
    return np.array([frame.arms[1].parameters[:, _GAMMA] for frame in frames], np.float64)[..., [0, 2, 4]]
