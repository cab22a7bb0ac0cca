"""The recorded arms of inserting BN and of choosing its layers, and the file that holds them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bnviz.chapters.convolution.curves import curve_from_dict, inserted_at, normed_at, to_dict
from bnviz.chapters.convolution.late_bn import LAYERS, NET, Progress, train_arms
from bnviz.chapters.convolution.results import NEVER, START, ArmCurve
from bnviz.config import InputError

FILE = Path(__file__).resolve().parents[3] / "assets" / "recordings" / "convolution_insert.json"
STEPS, SEEDS = 800, (0, 1, 2)
INSERT_AT = (50, 100, 200, 400, 600)
PLACES = (
    NEVER,
    *(normed_at([layer], NET.depth) for layer in LAYERS),
    normed_at(LAYERS[:3], NET.depth),
    normed_at(LAYERS[3:], NET.depth),
    START,
)
"""Which layers have BN, in the order of the figure."""


@dataclass(frozen=True, slots=True, eq=False)
class InsertStudy:
    """Recorded arms from several seeds, and where they come from: date, script, versions."""

    curves: tuple[ArmCurve, ...]
    provenance: dict[str, Any]

    def of(self, arm: str) -> tuple[ArmCurve, ...]:
        """Return an arm's curves, one a seed."""
        return tuple(curve for curve in self.curves if curve.arm == arm)


def study_to_dict(study: InsertStudy) -> dict[str, Any]:
    """Return plain values for JSON."""
    return {"provenance": study.provenance, "curves": [to_dict(curve) for curve in study.curves]}


def full_study(
    progress: Progress = lambda done, total: None, seeds: tuple[int, ...] = SEEDS, steps: int = STEPS
) -> tuple[ArmCurve, ...]:
    """Train every arm from every seed: what is shipped as recorded."""
    arms = (*PLACES, *map(inserted_at, INSERT_AT))
    found: list[ArmCurve] = []
    for done, seed in enumerate(seeds, 1):
        found.extend(train_arms(arms, steps, seed))
        progress(done, len(seeds))
    return tuple(found)


@lru_cache(maxsize=1)
def recorded_study() -> InsertStudy:
    """Read the recorded study; raises InputError when the file is missing or not one of ours."""
    try:
        data = json.loads(FILE.read_text(encoding="utf-8"))
        return InsertStudy(tuple(map(curve_from_dict, data["curves"])), dict(data["provenance"]))
    except (OSError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{FILE.name} is not a bnviz study") from error
