"""The provenance of a sweep, in plain values."""

from __future__ import annotations

from typing import Any

from bnviz.data import Dataset
from bnviz.files.provenance import provenance
from bnviz.sweeps.grid import Sweep
from bnviz.training.permits import usable_cores


def provenance_of(sweep: Sweep, dataset: Dataset, seconds: float) -> dict[str, Any]:
    """Return date, data, number of cores that it could use, device, seconds and versions."""
    return provenance(
        dataset=dataset.name.partition(":")[0] if dataset.name.startswith("file:") else dataset.name,
        n_train=len(dataset.y_train),
        n_test=len(dataset.y_test),
        cores=usable_cores(),
        device=sweep.base.device,
        seconds=round(seconds, 2),
    )
