"""What ``bnviz.watch`` costs a loop: blocks of watched steps over blocks of the same steps without it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bnviz.bench.result import BenchRow
from bnviz.watching.watch import watch
from bnviz.watching.watcher import Watcher

EVERY = 10
LIMIT = 1.10
LEAST_S = 4.0
"""Seconds of the bare loop, so that the two observations made in any case weigh as in a loop of some length."""


@dataclass(slots=True)
class Loop:
    """A loop of one's own: a model, its optimizer, and always the same batch."""

    model: nn.Module
    x: Tensor
    loss: Callable[[object], Tensor]

    def __post_init__(self) -> None:
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=1e-3)

    optimizer: torch.optim.SGD = None  # type: ignore[assignment]  # made from the model

    def steps(self, count: int) -> float:
        """Make steps and return the seconds of the processor that they took: other programs do not count."""
        started = time.process_time()
        for _ in range(count):
            loss = self.loss(self.model(self.x))
            self.optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
        return time.process_time() - started


def overhead(make: Callable[[], Loop], blocks: int) -> tuple[float, float, Watcher]:
    """Alternate blocks of ten steps of two equal loops, of which one is watched, for at least LEAST_S of bare steps.

    Returns:
        Time of the watched blocks over time of the bare ones, seconds per bare step, and the watcher.
    """
    bare, watched = make(), make()
    bare.steps(2)
    watched.steps(2)
    alone = together = 0.0
    with watch(watched.model, watched.optimizer, every=EVERY) as watcher:
        while watcher.step < blocks * EVERY or alone < LEAST_S:
            started = time.perf_counter()
            alone += bare.steps(EVERY)
            watcher.leave_out(time.perf_counter() - started)
            together += watched.steps(EVERY)
    return together / alone, alone / watcher.step, watcher


def watched_loops() -> list[BenchRow]:
    """Measure a fully connected net, a small convolutional one, and a residual one."""
    rows = []
    for what, make, blocks in (
        ("MLP 5 x 100, batch 60", _mlp, 100),
        ("CNN of 3 layers, batch 60", _cnn, 40),
        ("the same CNN, batch 8", lambda: _cnn(8), 60),
    ):
        ratio, step_s, watcher = overhead(make, blocks)
        detail = {"bare_ms": round(1e3 * step_s, 2), "steps": watcher.step, "frames": len(watcher.history.frames)}
        rows.append(BenchRow(f"{what}: loop watched at every=10 / bare", ratio, LIMIT, False, "ratio", detail))
    return rows


def _mlp() -> Loop:
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    for k in range(5):
        layers += [nn.Linear(784 if k == 0 else 100, 100), nn.BatchNorm1d(100), nn.ReLU()]
    return Loop(nn.Sequential(*layers, nn.Linear(100, 10)), torch.randn(60, 784), _square)


def _cnn(batch: int = 60) -> Loop:
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    for k in range(3):
        layers += [nn.Conv2d(16 if k else 3, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU()]
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10))
    return Loop(model, torch.randn(batch, 3, 32, 32), _square)


def _square(output: object) -> Tensor:
    assert isinstance(output, Tensor)
    return F.mse_loss(output, torch.zeros_like(output))
