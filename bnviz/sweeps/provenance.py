"""The provenance of a sweep, in plain values."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from typing import Any

import torch

from bnviz.data import Dataset
from bnviz.sweeps.grid import Sweep


def provenance_of(sweep: Sweep, dataset: Dataset, seconds: float) -> dict[str, Any]:
    """Return date, data, machine in words, versions and time."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "dataset": dataset.name.partition(":")[0] if dataset.name.startswith("file:") else dataset.name,
        "n_train": len(dataset.y_train),
        "n_test": len(dataset.y_test),
        "cores": os.cpu_count(),
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
        "device": sweep.base.device,
        "seconds": round(seconds, 2),
    }
