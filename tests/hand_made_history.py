"""Histories made by hand: every number is known, none was measured."""

import io
import json

import numpy as np

from bnviz.config import Experiment, RunConfig
from bnviz.telemetry import recording
from bnviz.telemetry.history import RunHistory
from bnviz.telemetry.records import (
    BINS,
    PARAMETERS,
    QUANTILES,
    SCALARS,
    STAGES,
    ArmRecord,
    BoundaryRecord,
    Frame,
    Mark,
    SurfaceRecord,
)
from bnviz.telemetry.run_description import RunDescription

LAYERS, UNITS = 2, 3


def record(rng, layers=LAYERS, units=UNITS):
    def floats(*shape):
        return rng.normal(size=shape).astype("f4")

    return ArmRecord(
        histogram=rng.integers(0, 99, (layers, len(STAGES), BINS + 2)).astype("u4"),
        quantiles=floats(layers, len(STAGES), len(QUANTILES)),
        moments=floats(layers, len(STAGES), 2),
        saturated_fraction=floats(layers),
        derivative=floats(layers),
        dead_fraction=np.full(layers, np.nan, "f4"),
        grad_norm=floats(layers + 1),
        update_to_data_ratio=floats(layers + 1),
        unit_percentiles=floats(layers, units, 3).astype("f2"),
        parameters=floats(layers, len(PARAMETERS), len(QUANTILES)),
        scalars=floats(len(SCALARS)),
    )


def frame(step, seed=None, arms=2):
    rng = np.random.default_rng(step if seed is None else seed)
    return Frame(step, tuple(record(rng) for _ in range(arms)))


def meta():
    experiment = Experiment(RunConfig(dataset="moons", depth=LAYERS, width=UNITS))
    arms = [
        {
            "changes": dict(changes),
            "config": config.to_dict(),
            "layers": [f"hidden{k + 1}" for k in range(LAYERS)],
            "units": list(range(UNITS)),
            "width": UNITS,
            "normalized": config.norm != "none",
            "position": "before",
            "saturation": {"activation": "sigmoid", "low": 0.05, "high": 0.95, "region": [-2.9, 2.9]},
            "weights_hash": "0123abcd",
        }
        for changes, config in zip(experiment.arms, experiment.configs, strict=True)
    ]
    return {
        "experiment": experiment.to_dict(),
        "arms": arms,
        "bins": BINS,
        "edges": {"linear": [-6.0, 6.0], "norm": [-6.0, 6.0], "activation": [0.0, 1.0]},
        "dataset": {
            "name": "moons",
            "n_train": 1000,
            "n_test": 500,
            "classes": ["0", "1"],
            "source": "generated",
            "is_plane": True,
            "points": [[0.5, -0.25, 1]],
        },
        "chance": 0.5,
        "max_steps": 100,
        "provenance": {"date": "2026-01-01", "seed": 0, "versions": {"torch": "2"}, "device": "cpu"},
    }


def surface(step, n=4, arms=2):
    rng = np.random.default_rng(step)
    return SurfaceRecord(
        step,
        np.linspace(-1, 1, n, dtype="f4"),
        np.linspace(-1, 1, n, dtype="f4"),
        rng.normal(size=(arms, n, n)).astype("f4"),
        rng.normal(size=(arms, 3, 2)).astype("f4"),
        np.array([0.5, np.nan], "f4")[:arms],
        "random",
        "batch",
    )


def boundary(step, n=4):
    rng = np.random.default_rng(step)
    axis = np.linspace(-2, 2, n, dtype="f4")
    return BoundaryRecord(step, axis, axis, rng.random((2, 2, n, n)).astype("f2"))


def history(frames=3, capacity=None, plain=None):
    made = RunHistory(RunDescription.from_dict(plain or meta()), capacity)
    for index in range(frames):
        made.add_frame(frame(5 * index))
        made.add_losses([0.5 + index, None if index > 1 else 0.25])
        made.add_evaluation(0, 5 * index, 1.0 / (1 + index), 0.75)
    return made


def full_history():
    made = history(3)
    made.add_mark(Mark(5, "changed", "lr=0.1"))
    made.add_mark(Mark(9, "diverged", "hidden2", 1))
    made.add_surface(surface(5))
    made.add_surface(surface(10))
    made.add_boundary(boundary(5))
    made.add_boundary(boundary(10))
    return made


def as_bytes(history, **facts):
    file = io.BytesIO()
    recording.save(history, file, **facts)
    return file.getvalue()


def parts(data):
    """The arrays of a recording, its description apart."""
    with np.load(io.BytesIO(data), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    meta = json.loads(arrays.pop("meta").tobytes())
    return meta, arrays


def packed(meta, arrays):
    file = io.BytesIO()
    text = meta if isinstance(meta, bytes) else json.dumps(meta).encode()
    np.savez(file, meta=np.frombuffer(text, np.uint8), **arrays)
    return file.getvalue()
