"""What the page shows before anything is tried: the recorded patients, as plain values."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bnviz.chapters.clinic.patients import CHAPTERS, PATIENTS
from bnviz.chapters.clinic.recorded import recorded


@lru_cache(maxsize=1)
def stage_data() -> dict[str, Any]:
    """Return every patient with its curve and its examination, without its weights."""
    content = recorded()
    kept = ("goal", "facts", "curve", "found")
    return {
        "seed": content["seed"],
        "steps": content["steps"],
        "patients": [
            {
                "name": one.name,
                "degree": one.degree,
                "faults": list(one.faults),
                "fault": one.fault,
                "cures": list(one.cures),
                "cure": one.cure,
                "chapter": CHAPTERS.get(one.fault, "inference"),
                **{key: content["patients"][one.name][key] for key in kept},
            }
            for one in PATIENTS
        ],
    }
