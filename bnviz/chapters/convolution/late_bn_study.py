"""The recorded study of late BN and of its layers, and its file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bnviz.chapters.convolution.curves import curve_from_dict, curve_to_dict, inserted_at, normed_at
from bnviz.chapters.convolution.late_bn import LAYERS, NET, train_arms
from bnviz.chapters.convolution.results import NEVER, START, ArmCurve
from bnviz.config import InputError
from bnviz.progress import ProgressCallback, no_progress

FILE = Path(__file__).resolve().parents[3] / "assets" / "recordings" / "convolution_insert.json"
STEPS, SEEDS = 800, (0, 1, 2)
INSERT_AT = (50, 100, 200, 400, 600)
LAYER_CHOICES = (
    NEVER,
    *(normed_at([layer], NET.depth) for layer in LAYERS),
    normed_at(LAYERS[:3], NET.depth),
    normed_at(LAYERS[3:], NET.depth),
    START,
)
"""The arms that differ in the layers with BN, in the order of the figure."""


@dataclass(frozen=True, slots=True, eq=False)
class LateBnStudy:
    """Recorded curves of several arms and seeds, and their provenance: date, script, versions."""

    curves: tuple[ArmCurve, ...]
    provenance: dict[str, Any]

    def of(self, arm: str) -> tuple[ArmCurve, ...]:
        """Return the curves of an arm, one per seed."""
        return tuple(curve for curve in self.curves if curve.arm == arm)


def study_to_dict(study: LateBnStudy) -> dict[str, Any]:
    """Return plain values for JSON."""
    return {"provenance": study.provenance, "curves": [curve_to_dict(curve) for curve in study.curves]}


def full_study(
    on_progress: ProgressCallback = no_progress, seeds: tuple[int, ...] = SEEDS, steps: int = STEPS
) -> tuple[ArmCurve, ...]:
    """Train every arm of the recording from every seed; ``on_progress`` is called with (seeds done, seeds in all)."""
    arms = (*LAYER_CHOICES, *map(inserted_at, INSERT_AT))
    found: list[ArmCurve] = []
    for done, seed in enumerate(seeds, 1):
        found.extend(train_arms(arms, steps, seed))
        on_progress(done, len(seeds))
    return tuple(found)


@lru_cache(maxsize=1)
def recorded_study() -> LateBnStudy:
    """Read the recorded study; raises InputError when the file is missing or not a recording of bnviz."""
    try:
        data = json.loads(FILE.read_text(encoding="utf-8"))
        return LateBnStudy(tuple(map(curve_from_dict, data["curves"])), dict(data["provenance"]))
    except (OSError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{FILE.name} is not a bnviz study") from error
