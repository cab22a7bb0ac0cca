"""Which part of the test data the curves of a run are measured on."""

from __future__ import annotations

import torch
from torch import Tensor

from bnviz.data import Dataset

MOST = 1000
"""Test images of a net other than an mlp, so that an evaluation does not hold up training for seconds."""


def n_evaluated(dataset: Dataset, net: str) -> int:
    """Return how many test samples a net of this family is evaluated on: all of them for an mlp."""
    return len(dataset.y_test) if net == "mlp" else min(MOST, len(dataset.y_test))


def evaluated_part(dataset: Dataset, net: str, device: torch.device) -> tuple[Tensor, Tensor]:
    """Return those samples, evenly spaced over the test set, flat and on the device, and their labels."""
    count, total = n_evaluated(dataset, net), len(dataset.y_test)
    if count == total:
        return dataset.x_test.flatten(1).to(device), dataset.y_test.to(device)
    chosen = torch.arange(count) * total // count
    return dataset.x_test[chosen].flatten(1).to(device), dataset.y_test[chosen].to(device)
