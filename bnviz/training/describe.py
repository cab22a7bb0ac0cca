"""What a run is, in plain values: the HELLO of the live path and the meta part of a recording."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import torch

from bnviz.config import Experiment
from bnviz.data import Dataset
from bnviz.telemetry.recorder import edges_for
from bnviz.telemetry.records import BINS
from bnviz.telemetry.saturation import SATURATED
from bnviz.training.evaluated import n_evaluated
from bnviz.training.twins import Twin

_MAX_POINTS = 600


def describe(
    experiment: Experiment, dataset: Dataset, twins: Sequence[Twin], device: torch.device, max_steps: int
) -> dict[str, Any]:
    """Return arms, axes, data and provenance of a run, ready for JSON (see ARCHITECTURE.md, HELLO)."""
    edges = edges_for([twin.config.activation for twin in twins])
    return {
        "experiment": experiment.to_dict(),
        "arms": [_arm(dict(experiment.arms[index]), twin) for index, twin in enumerate(twins)],
        "bins": BINS,
        "edges": {name: list(pair) for name, pair in asdict(edges).items()},
        "dataset": _dataset(dataset, experiment.base.net),
        "chance": 1 / dataset.n_classes,
        "max_steps": max_steps,
        "provenance": {
            "date": datetime.now(UTC).strftime("%Y-%m-%d"),
            "seed": experiment.base.seed,
            "versions": {"torch": torch.__version__, "python": platform.python_version()},
            "device": str(device),
        },
    }


def _arm(changes: dict[str, Any], twin: Twin) -> dict[str, Any]:
    limits = SATURATED.get(twin.config.activation)
    return {
        "changes": changes,
        "config": twin.config.to_dict(),
        "layers": [layer.name for layer in twin.layers],
        "units": [int(unit) for unit in twin.recorder.units],
        "net": twin.config.net,
        "width": max(twin.recorder.widths),
        "widths": twin.recorder.widths,
        "normalized": any(layer.norm is not None for layer in twin.layers),
        "position": twin.config.norm_position,
        "saturation": None
        if limits is None
        else {
            "activation": twin.config.activation,
            "low": limits.low,
            "high": limits.high,
            "region": list(limits.region),
        },
        "weights_hash": twin.weights_hash,
    }


def _dataset(dataset: Dataset, net: str) -> dict[str, Any]:
    points = None
    if dataset.is_plane:
        rows = zip(dataset.x_train[:_MAX_POINTS].tolist(), dataset.y_train[:_MAX_POINTS].tolist(), strict=True)
        points = [[round(x, 3), round(y, 3), label] for (x, y), label in rows]
    return {
        "name": dataset.name,
        "n_train": len(dataset.y_train),
        "n_test": len(dataset.y_test),
        "classes": list(dataset.classes),
        "source": dataset.source,
        "is_plane": dataset.is_plane,
        "n_evaluated": n_evaluated(dataset, net),
        "points": points,
    }
