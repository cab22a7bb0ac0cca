"""What the picture of the race shows: the printed numbers of Figure 3 and of section 4.2.2."""

from __future__ import annotations

from typing import Any

from bnviz.chapters.imagenet.published import THRESHOLD, VARIANTS


def stage_data() -> dict[str, Any]:
    """Return the rows of Figure 3 as plain values; what the paper leaves blank is None."""
    runners = [
        {
            "key": row.key,
            "name": row.name,
            "steps": row.steps.value,
            "accuracy": row.accuracy.known,
            "rate": row.lr.known,
            "bestSteps": row.best_steps.value,
        }
        for row in VARIANTS
    ]
    return {"threshold": THRESHOLD, "runners": runners}
