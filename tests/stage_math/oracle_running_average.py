"""Running statistics, by ``bnviz.norms`` and by torch's BatchNorm1d itself."""

from __future__ import annotations

from typing import Any

import torch
from golden_case import Case, draws, tensor

from bnviz.chapters.inference.running_stats import noise_left
from bnviz.norms import update_running


def cases() -> list[Case]:
    """Return single updates, and series by torch's own layer."""
    random = draws(4)
    batches = [random.normal(1, 2, 5), random.normal(0, 1, 2), random.normal(3, 1, 1)]
    updates = [_update(batch, momentum) for batch in batches for momentum in (0.1, 1.0, None)]
    series = random.normal(2, 0.5, 12)
    return [
        Case("start", [], {"mean": 0, "variance": 1, "batches": 0}),
        Case("unbiasedVariance", [batches[0]], batches[0].var(ddof=1)),
        Case("average", [2, 5, 0.25, 1], 2.75),
        Case("average", [2, 5, None, 3], 3.0),
        *updates,
        *(_trace(series, start, momentum) for start, momentum in ((0.0, 0.1), (5.0, 0.9), (7.0, None))),
        *(Case("noiseLeft", [momentum], noise_left(momentum)) for momentum in (0.01, 0.1, 1.0)),
    ]


def _update(batch: Any, momentum: float | None) -> Case:
    before = {"mean": 0.4, "variance": 1.3, "batches": 4}
    mean, variance = update_running(tensor([0.4]), tensor([1.3]), tensor(batch)[:, None], momentum, 5)
    return Case("update", [before, batch, momentum], {"mean": mean[0], "variance": variance[0], "batches": 5})


def _trace(series: Any, start: float, momentum: float | None) -> Case:
    norm = torch.nn.BatchNorm1d(1, momentum=momentum, affine=False).double()
    assert norm.running_mean is not None
    norm.running_mean.fill_(start)
    found = []
    for value in series:
        norm(tensor([[value - 1], [value + 1]]))  # a batch of this mean
        found.append(norm.running_mean.item())
    return Case("trace", [series, start, momentum], found)
