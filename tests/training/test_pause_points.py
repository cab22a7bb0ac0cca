"""What a page may compute for long passes its permit on: each loop with gradients has a pause point."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
import torch

from bnviz.config import Experiment, RunConfig
from bnviz.config.limits import Limits
from bnviz.data import load_dataset
from bnviz.ledger import run_test
from bnviz.training.pace import Pace
from bnviz.training.permits import CorePermits
from bnviz.training.tasks import TaskQueue
from bnviz.training.twins import build_twins

ROOT = Path(__file__).resolve().parents[2] / "bnviz"
GRADIENT = re.compile(r"\.backward\(\)|autograd\.grad\(")
ONCE = {  # one gradient, in milliseconds
    "chapters/transform/backward.py",
    "chapters/pitfalls/torch_code.py",
    "chapters/saturation/depth.py",
    "chapters/initialization/invariance.py",
    "ledger/measurements/layers.py",
    "ledger/measurements/batches.py",
}


def test_every_file_that_computes_gradients_has_a_pause_point() -> None:
    files = {
        str(path.relative_to(ROOT)): path.read_text()
        for room in ("chapters", "ledger")
        for path in (ROOT / room).rglob("*.py")
        if GRADIENT.search(path.read_text())
    }
    assert len(files) > 15
    assert {name for name, source in files.items() if "pause_point()" not in source} == ONCE


def test_networks_are_built_with_a_pause_point_before_each(monkeypatch: pytest.MonkeyPatch) -> None:
    points: list[int] = []
    monkeypatch.setattr(Pace, "point", lambda pace, layers=0: points.append(layers))
    arms = tuple((("norm", norm),) for norm in ("none", "batch", "layer"))
    with Pace(CorePermits(1), threading.Event()):
        build_twins(Experiment(RunConfig(depth=2, width=4), arms), load_dataset("mnist"), torch.device("cpu"))
    assert len(points) >= 2 * len(arms)


@pytest.mark.parametrize("test", ["E8", "E21"])  # neither trains with the loop of the live runs
def test_a_claim_passes_its_permit_on_at_each_step(test: str, monkeypatch: pytest.MonkeyPatch) -> None:
    points: list[int] = []
    real = Pace.point

    def counted(pace: Pace, layers: int = 0) -> None:
        points.append(layers)
        real(pace, layers)

    monkeypatch.setattr(Pace, "point", counted)
    queue = TaskQueue(CorePermits(1), Limits())
    task = queue.start(lambda task: run_test(test, range(1), task.report))
    assert task.join(120)
    assert task.state == "done"
    assert len(points) > 100
