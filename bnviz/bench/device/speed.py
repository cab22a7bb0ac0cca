"""Steps per second of both arms on a device: a plain loop, ours, ours observed, and the plain loop as a CUDA graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from bnviz.bench.device.clock import rate
from bnviz.bench.device.row import DeviceRow
from bnviz.bench.device.scenes import DeviceScene
from bnviz.config import Experiment
from bnviz.data import Dataset
from bnviz.training.batches import batch_indices
from bnviz.training.loop import Step, TrainingData, train_steps
from bnviz.training.twins import Twin, build_twins

FRAME_EVERY = 30


def speed(scene: DeviceScene, device: torch.device) -> Iterator[DeviceRow]:
    """Measure the rates of one scene; "queued" reads no loss, so that the device never waits for the host."""
    plain = PlainLoop(scene.experiment, scene.dataset, device)
    twins, watched = (build_twins(scene.experiment, scene.dataset, device) for _ in range(2))
    rates = {
        "plain loop": rate(plain.step, device),
        "queued": rate(plain.step_unread, device),
        "ours": rate(_ours(twins, scene, device, None), device),
        "with frames": rate(_ours(watched, scene, device, FRAME_EVERY), device),
    }
    yield _engines(scene, twins)
    if device.type == "cuda":
        rates["plain loop as a graph"] = rate(plain.graph(), device)
    found = ", ".join(f"{name} {value:,.0f}" for name, value in rates.items())
    if scene.wanted is not None and device.type == "cuda":
        found += f" (wanted: {scene.wanted:,} with frames)"
    yield DeviceRow(f"{scene.name}, steps/s", found, numbers={name: round(value, 1) for name, value in rates.items()})


def _engines(scene: DeviceScene, twins: Sequence[Twin]) -> DeviceRow:
    """Return what computed the steps of each arm; all of these scenes can be replayed on a GPU of CUDA."""
    engines = [twin.engine for twin in twins if twin.engine is not None]
    found = [engine.name if engine.refusal is None else f"{engine.name}: {engine.refusal}" for engine in engines]
    return DeviceRow(f"{scene.name}: steps by", ", ".join(found), all(engine.refusal is None for engine in engines))


def _ours(twins: Sequence[Twin], scene: DeviceScene, device: torch.device, every: int | None) -> Callable[[], object]:
    """Return our step; every so many are observed, and their frames made from what was observed."""
    data = TrainingData.of(scene.dataset, device)
    steps = train_steps(twins, data, lambda step: every is not None and step > 0 and step % every == 0)

    def step() -> Step:
        made = next(steps)
        if made.snapshot is not None:
            made.snapshot.frame()
        return made

    return step


class PlainLoop:
    """The loop that one would write: modules, autograd, torch.optim, both arms on the same batches."""

    def __init__(self, experiment: Experiment, dataset: Dataset, device: torch.device) -> None:
        self._twins, self._device = build_twins(experiment, dataset, device), device
        self._data = TrainingData.of(dataset, device)
        base = experiment.base
        self._batches = batch_indices(len(self._data.y), base.batch_size, base.seed)
        self._losses = torch.zeros(len(self._twins), device=device)

    def step(self) -> None:
        """Make a step of all arms and read each loss."""
        self._update(*self._batch(), lambda arm, loss: loss.item())

    def step_unread(self) -> None:
        """Make a step of all arms and keep the losses on the device."""
        self._update(*self._batch(), lambda arm, loss: self._losses[arm].copy_(loss))

    def graph(self) -> Callable[[], object]:
        """Return a step that replays all kernels of all arms as one CUDA graph: what the device could do at most."""
        x, y = (tensor.clone() for tensor in self._batch())

        def update() -> None:
            self._update(x, y, lambda arm, loss: self._losses[arm].copy_(loss))

        side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                update()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            update()

        def replay() -> list[float]:
            indices = next(self._batches).to(self._device)
            torch.index_select(self._data.x, 0, indices, out=x)
            torch.index_select(self._data.y, 0, indices, out=y)
            graph.replay()
            losses: list[float] = self._losses.tolist()
            return losses

        return replay

    def _batch(self) -> tuple[Tensor, Tensor]:
        indices = next(self._batches).to(self._device)
        return self._data.x[indices], self._data.y[indices]

    def _update(self, x: Tensor, y: Tensor, keep: Callable[[int, Tensor], object]) -> None:
        for arm, twin in enumerate(self._twins):
            loss = F.cross_entropy(twin.net(x), y)
            twin.optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            twin.optimizer.step()
            keep(arm, loss.detach())
