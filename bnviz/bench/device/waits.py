"""How often the host waits for the device in one step, as CUDA itself counts it."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator

import torch

from bnviz.bench.device.row import DeviceRow
from bnviz.bench.device.scenes import DeviceScene
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.twins import build_twins

SAYS = "synchronizing CUDA operation"
"""What CUDA's warning of a wait says; it also warns, once, that such warnings are a prototype."""
WARM_UP, PLAIN_LIMIT, OBSERVED_LIMIT = 10, 1, 3


def waits(scene: DeviceScene, device: torch.device) -> Iterator[DeviceRow]:
    """Count the waits of a plain step and of one that is observed and reduced; only CUDA counts them."""
    if device.type != "cuda":
        return
    twins, data = build_twins(scene.experiment, scene.dataset, device), TrainingData.of(scene.dataset, device)
    steps = train_steps(twins, data, lambda step: step % 2 == 1)
    for _ in range(WARM_UP):
        next(steps)
    for what, limit in (("plain", PLAIN_LIMIT), ("observed", OBSERVED_LIMIT)):
        with counted() as places:
            made = next(steps)
            if made.snapshot is not None:
                made.snapshot.frame()
        count = sum(places.values())
        most = ", ".join(f"{number} at {place}" for place, number in places.most_common(3))
        found = f"{count} of at most {limit}" + (f": {most}" if count > limit else "")
        numbers = {"waits": count, "limit": limit, "places": dict(places)}
        yield DeviceRow(f"{scene.name}: waits of the host in a step, {what}", found, count <= limit, numbers)


class counted:
    """Counts, inside a block, the places where an operation makes the host wait for the GPU."""

    def __init__(self) -> None:
        self._places: Counter[str] = Counter()
        self._caught = warnings.catch_warnings(record=True)

    def __enter__(self) -> Counter[str]:
        self._messages = self._caught.__enter__()
        warnings.simplefilter("always")
        torch.cuda.set_sync_debug_mode("warn")
        return self._places

    def __exit__(self, *_: object) -> None:
        torch.cuda.set_sync_debug_mode("default")
        waits = (w for w in self._messages or () if SAYS in str(w.message))
        self._places.update(f"{w.filename.rpartition('bnviz/')[2]}:{w.lineno}" for w in waits)
        self._caught.__exit__(None, None, None)
