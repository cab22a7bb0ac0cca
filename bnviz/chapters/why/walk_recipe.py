"""The recorded walks along the gradient that the picture of "Why it works" shows: two small nets, ten seeds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from bnviz.chapters.why.probed_run import POINTS, PROGRESS, SHIFT
from bnviz.chapters.why.recipes import FIGURE1, RecordedStudies, read_parts
from bnviz.chapters.why.study import ShiftStudy, shift_study
from bnviz.config import InputError, RunConfig
from bnviz.progress import ProgressCallback, no_progress
from bnviz.studies.rule import RECORDED_SEEDS

FILE = Path(__file__).resolve().parents[3] / "assets" / "recordings" / "why_walk.json"
NETS: Mapping[str, RunConfig] = {
    "relu": RunConfig(dataset="mnist", depth=3, activation="relu", init="kaiming", lr=0.5, batch_size=60),
    "sigmoid": FIGURE1,
}
"""A ReLU net of three hidden layers on gray digits, and the network of figure 1 of Ioffe & Szegedy."""

ARMS = ("none", "batch")
SEEDS = tuple(range(RECORDED_SEEDS))
STEPS = (0, 1, 2, 4, 8, 15, 30, 60, 100, 150, 200, 250, 300, 400, 500, 700, 900, 1200, 1600, 2000)
"""Updates made before a walk."""

_SAVED = (*POINTS, *SHIFT, "loss", "gradient", "accuracy", PROGRESS, "jump_mean", "batch_mean", "drift_mean")


def walk_study(
    net: str,
    seeds: tuple[int, ...] = SEEDS,
    steps: tuple[int, ...] = STEPS,
    on_progress: ProgressCallback = no_progress,
) -> ShiftStudy:
    """Train a net of ``NETS`` without and with BN, and walk along its gradient at the given steps."""
    if net not in NETS:
        raise InputError(f"the net must be one of {', '.join(NETS)}, got {net!r:.40}")
    return shift_study(NETS[net], ARMS, seeds, steps, on_progress=on_progress)


def recording(studies: Mapping[str, ShiftStudy], provenance: Mapping[str, Any]) -> str:
    """Return studies as the JSON text of a file."""
    plain = {net: study.to_dict(_SAVED) for net, study in studies.items()}
    return json.dumps({"provenance": dict(provenance), "studies": plain}, separators=(",", ":")) + "\n"


@lru_cache(maxsize=1)
def recorded_walks() -> RecordedStudies:
    """Read the recorded walks by net; raises InputError when the file does not have all of them."""
    found = read_parts(FILE)
    if set(found.studies) != set(NETS):
        raise InputError(f"{FILE.name} does not have a walk of every net")
    return found
