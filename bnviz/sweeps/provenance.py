"""The provenance of a sweep, in plain values."""

from __future__ import annotations

import os
from typing import Any

from bnviz.data import Dataset
from bnviz.files.provenance import provenance
from bnviz.sweeps.grid import Sweep


def provenance_of(sweep: Sweep, dataset: Dataset, seconds: float) -> dict[str, Any]:
    """Return date, data, number of cores, device, seconds and versions."""
    return provenance(
        dataset=dataset.name.partition(":")[0] if dataset.name.startswith("file:") else dataset.name,
        n_train=len(dataset.y_train),
        n_test=len(dataset.y_test),
        cores=os.cpu_count(),
        device=sweep.base.device,
        seconds=round(seconds, 2),
    )
