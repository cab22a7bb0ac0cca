"""What the picture of the chapter shows as measured: every layer of three recorded twins."""

from __future__ import annotations

from typing import Any

from bnviz.chapters.saturation.layer_scenes import SCENES, WHOLE, recorded_scenes


def stage_data() -> dict[str, Any]:
    """Return the recorded layers as plain JSON values, in the order of ``SCENES``; see ``recorded_scenes``."""
    found = recorded_scenes()["scenes"]
    kept = ("seed", "activation", "edges", "steps", "arms")
    return {"whole": WHOLE, "scenes": [{key: found[name][key] for key in kept} for name in SCENES]}
