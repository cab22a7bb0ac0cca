"""``python -m bnviz record inference``: the study of the statistics to evaluate with (a minute or two)."""

from __future__ import annotations

from pathlib import Path

from bnviz.api.record import RecordOptions, command
from bnviz.chapters.inference.statistics_study import CHECKPOINTS, RECORDED, SEEDS, SIZES, measure, save_study
from bnviz.config import RunConfig
from bnviz.files.provenance import today, versions


def record(options: RecordOptions) -> list[Path]:
    """Train from every seed and batch size; ``steps`` cuts the checkpoints."""
    seeds = options.seeds_or(SEEDS)
    checkpoints = tuple(step for step in CHECKPOINTS if step <= options.steps_or(CHECKPOINTS[-1]))
    found = measure(
        SIZES, checkpoints, seeds, lambda size, seed: options.on_progress(f"batch size {size}, seed {seed}")
    )
    provenance = {
        "date": today(),
        "torch": versions()["torch"],
        "config": RunConfig().to_dict(),
        "seeds": list(seeds),
        "calibration": "training images, batches of 500, weights fixed",
        "script": command("inference"),
    }
    target = options.target(RECORDED)
    save_study(found, provenance, target, checkpoints, seeds)
    return [target]
