"""``python -m bnviz record saturation``: every layer of three twins at a few steps (about half a minute)."""

from __future__ import annotations

from pathlib import Path

from bnviz.api.record import RecordOptions, command
from bnviz.chapters.saturation.layer_scenes import FILE, SCENES, STEPS, measure, save
from bnviz.files.provenance import provenance


def record(options: RecordOptions) -> list[Path]:
    """Train the twins from the seed of their presets; ``steps`` cuts the moments."""
    steps = tuple(step for step in STEPS if step <= options.steps_or(STEPS[-1]))
    scenes = measure(SCENES, steps, options.on_progress)
    target = options.target(FILE)
    save(scenes, provenance(script=command("saturation"), data="the bundled digits (mnist)"), target)
    return [target]
