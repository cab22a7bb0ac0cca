"""A small history made by hand: two arms, two layers, four units, three frames. Every number is known."""

from __future__ import annotations

import numpy as np

from bnviz.config import Experiment, RunConfig
from bnviz.telemetry.history import RunHistory
from bnviz.telemetry.records import BINS, ArmRecord, BoundaryRecord, Frame, SurfaceRecord
from bnviz.telemetry.run_description import RunDescription

LAYERS, UNITS = 2, (0, 3, 5, 7)


def record(arm: int, step: int) -> ArmRecord:
    histogram = np.zeros((LAYERS, 3, BINS + 2), np.uint32)
    histogram[:, :, 0] = 10 * (arm + 1)  # below the axis
    histogram[:, :, 31] = 90  # [0, 0.2) of a range from -6 to 6
    histogram[1, :, BINS + 1] = 100
    percentiles = np.zeros((LAYERS, len(UNITS), 3), np.float16)
    percentiles[:, :, 0], percentiles[:, :, 2] = -1, 1
    percentiles[1, 2] = (step - 1, step, step + 1)  # unit 5 of the second layer travels with the step
    parameters = np.full((LAYERS, 6, 5), np.nan, np.float32)
    if arm == 1:
        parameters[:] = np.array([0.5, 0.8, 1.0, 1.2, 1.5], np.float32)
    return ArmRecord(
        histogram=histogram,
        quantiles=np.zeros((LAYERS, 3, 5), np.float32),
        moments=np.full((LAYERS, 3, 2), 0.25, np.float32),
        saturated_fraction=np.array([0.25, 0.5], np.float32) * arm,
        derivative=np.array([0.2, 0.1], np.float32),
        dead_fraction=np.zeros(LAYERS, np.float32),
        grad_norm=np.array([1e-4, 0.0, 0.12], np.float32) * (arm + 1),
        update_to_data_ratio=np.array([1e-3, 1e-4, np.inf], np.float32),
        unit_percentiles=percentiles,
        parameters=parameters,
        scalars=np.array([2.3, 0.1, 2.3, 0.1], np.float32),
    )


def make_history(**meta: object) -> RunHistory:
    experiment = Experiment(RunConfig(depth=LAYERS, width=8))
    arms = [
        {
            "changes": dict(changes),
            "layers": ["hidden1", "hidden2"],
            "units": list(UNITS),
            "width": 8,
            "normalized": number == 1,
            "position": "before",
            "weights_hash": "",
            "config": {},
            "saturation": {"activation": "sigmoid", "low": 0.05, "high": 0.95, "region": [-2.944, 2.944]},
        }
        for number, changes in enumerate(experiment.arms)
    ]
    dataset = {
        "name": "moons",
        "n_train": 4000,
        "n_test": 1000,
        "classes": ["0", "1"],
        "source": "generated",
        "is_plane": True,
        "points": [[0.5, -0.5, 0], [1.0, 1.0, 1]],
    }
    plain = {
        "experiment": experiment.to_dict(),
        "arms": arms,
        "edges": {"linear": [-6.0, 6.0], "norm": [-6.0, 6.0], "activation": [0.0, 1.0]},
        "chance": 0.1,
        "max_steps": 100,
        "dataset": dataset,
        "provenance": {"date": "2026-11-26", "seed": 0, "versions": {}, "device": "cpu"},
        **meta,
    }
    history = RunHistory(RunDescription.from_dict(plain))
    for step in (0, 2, 10):
        history.add_frame(Frame(step, (record(0, step), record(1, step))))
    for losses in ((2.5, 2.4), (2.0, 1.0), (3.0, 0.5)):
        history.add_losses(losses)
    for arm, accuracy in enumerate((0.125, 0.75)):
        history.add_evaluation(arm, 2, 2.0 - arm, accuracy)
    return history


def make_surface() -> SurfaceRecord:
    xs = np.array([-1, 0, 1], np.float32)
    loss = np.array([[[100, 10, 1], [1, 0.1, 10], [np.inf, 1, 1]], np.full((3, 3), 10)], np.float32)
    path = np.array([[[-1, -1], [0, 0]], [[0.5, 0.5], [np.nan, np.nan]]], np.float32)
    return SurfaceRecord(7, xs, xs, loss, path, np.array([0.8, np.nan], np.float32), "pca", "running")


def make_plane() -> BoundaryRecord:
    xs = np.array([-3, 0, 3], np.float32)
    probability = np.stack([np.full((2, 3, 3), 0.25), np.full((2, 3, 3), 0.75)], axis=1).astype(np.float16)
    return BoundaryRecord(9, xs, xs, probability)
