"""Whether replayed steps give the bits of the same steps made kernel by kernel, also when a rate changes.

Every second step is observed; what was observed last must have the same bits as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import torch
from torch import Tensor

from bnviz.bench.device.row import DeviceRow
from bnviz.bench.device.scenes import DeviceScene, digest_of
from bnviz.telemetry.observation import Arriving, Observation, tensors_of
from bnviz.training.batches import batch_indices
from bnviz.training.engines.graphs import CudaGraphs, Graphs
from bnviz.training.engines.replay_engine import ReplayEngine
from bnviz.training.engines.step_replay import RECORD_AFTER
from bnviz.training.loop import TrainingData
from bnviz.training.twins import build_twins

REPLAYED = 6
"""Steps of each kind after their recording; half of them at another learning rate."""
_SCALARS = (0.0,) * 4

NewGraphs = Callable[[], Graphs | None]


def replays(scene: DeviceScene, device: torch.device, new_graphs: NewGraphs | None = None) -> Iterator[DeviceRow]:
    """Train both ways and compare.

    Args:
        scene: what to train.
        device: the device.
        new_graphs: returns what records the graphs of an arm, instead of CUDA.
    """
    replayed, refusals = _trained(scene, device, new_graphs or partial(CudaGraphs, device))
    made, _ = _trained(scene, device, lambda: None)
    found = "; ".join(refusals) or (made if made == replayed else f"{made} {replayed}")
    holds = made == replayed and not refusals
    yield DeviceRow(f"{scene.name}: steps replayed and kernel by kernel, same bits", found, holds)


def _trained(scene: DeviceScene, device: torch.device, new_graphs: NewGraphs) -> tuple[str, list[str]]:
    """Return a hash of all that was trained, and why steps were not replayed."""
    twins, data = build_twins(scene.experiment, scene.dataset, device), TrainingData.of(scene.dataset, device)
    engines = [ReplayEngine(twin.net, twin.optimizer, twin.recorder, new_graphs()) for twin in twins]
    base = scene.experiment.base
    batches = batch_indices(len(data.y), base.batch_size, base.seed)
    seen: list[Observation] = []
    for step in range(2 * (RECORD_AFTER + REPLAYED)):
        if step == 2 * RECORD_AFTER + REPLAYED:
            for twin in twins:
                twin.change_rates(twin.config.with_fields(lr=twin.config.lr / 2))
        indices = next(batches).to(device)
        x, y = data.x[indices], data.y[indices]
        if step % 2:
            seen = [_observed(engine, x, y) for engine in engines]
        else:
            for engine in engines:
                engine.forward(x, y)
                engine.update()
    refusals = [refusal for engine in engines for refusal in (engine.refusal, engine.observed_refusal)]
    first = b"".join(tensor.cpu().contiguous().numpy().tobytes() for tensor in tensors_of(seen))
    return digest_of(twins, first), [str(refusal) for refusal in refusals if refusal is not None]


def _observed(engine: ReplayEngine, x: Tensor, y: Tensor) -> Observation:
    engine.forward_observed(x, y)
    return Arriving([engine.update_observed(_SCALARS)]).wait()[0]
