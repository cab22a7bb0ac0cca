"""A container's share of a machine is what counts, not the machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bnviz.bench.device import table
from bnviz.bench.device.scenes import CPU
from bnviz.config import RunConfig
from bnviz.data import load_dataset
from bnviz.sweeps import Sweep, parse_axis
from bnviz.sweeps.provenance import provenance_of

ROOM = Path(__file__).parents[2] / "bnviz"


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system does not bind processes to cores")
def test_what_says_its_cores_counts_those_that_it_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 2, 5})
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    sweep = Sweep(
        RunConfig(dataset="moons"), parse_axis("lr=0.1:1:2"), parse_axis("init_scale=1:2:2"), seeds=1, steps=1
    )
    assert provenance_of(sweep, load_dataset("moons"), 1.0)["cores"] == 3
    assert table.about(CPU).numbers["cores"] == 3


def test_the_machine_is_asked_in_one_place() -> None:
    asking = [path.name for path in ROOM.rglob("*.py") if "cpu_count" in path.read_text(encoding="utf-8")]
    assert asking == ["permits.py"]
