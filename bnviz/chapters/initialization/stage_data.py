"""What the chapter's stage shows of its recording: final losses over the initial scale and over the learning rate."""

from __future__ import annotations

import math
from typing import Any

from bnviz.chapters.initialization.recipes import NETS, SEEDS, recorded_sweep
from bnviz.chapters.initialization.results import FieldSweep
from bnviz.chapters.initialization.scale_sweep import LAST

KINDS = ("scale", "rate")


def stage_data() -> dict[str, Any]:
    """Return the SGD arms of the four recorded sweeps as plain JSON values; a diverged run is null."""
    sweeps = {f"{kind}-{net}": _plain(recorded_sweep(kind, net).sweep) for kind in KINDS for net in NETS}
    return {"last": LAST, "seeds": len(SEEDS), "sweeps": sweeps}


def _plain(sweep: FieldSweep) -> dict[str, Any]:
    return {
        "values": list(sweep.values),
        "chance": round(sweep.chance, 4),
        "steps": sweep.steps,
        "plain": _losses(sweep, "none"),
        "batch": _losses(sweep, "batch"),
    }


def _losses(sweep: FieldSweep, norm: str) -> list[list[float | None]]:
    arm = next(place for place, arm in enumerate(sweep.arms) if arm["norm"] == norm and sweep.optimizer(place) == "sgd")
    return [[None if math.isnan(loss) else round(loss, 4) for loss in row] for row in sweep.loss[arm].tolist()]
