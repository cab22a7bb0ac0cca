"""``python -m bnviz record inference`` (a minute or two) and ``inference-net`` (seconds)."""

from __future__ import annotations

from pathlib import Path

from bnviz.api.record import RecordOptions, command
from bnviz.chapters.inference import stage_net
from bnviz.chapters.inference.statistics_study import CHECKPOINTS, RECORDED, SEEDS, SIZES, measure, save_study
from bnviz.config import RunConfig
from bnviz.files.provenance import provenance, today, versions


def record(options: RecordOptions) -> list[Path]:
    """Train from every seed and batch size; ``steps`` cuts the checkpoints."""
    seeds = options.seeds_or(SEEDS)
    checkpoints = tuple(step for step in CHECKPOINTS if step <= options.steps_or(CHECKPOINTS[-1]))
    found = measure(
        SIZES, checkpoints, seeds, lambda size, seed: options.on_progress(f"batch size {size}, seed {seed}")
    )
    origin = {
        "date": today(),
        "torch": versions()["torch"],
        "config": RunConfig().to_dict(),
        "seeds": list(seeds),
        "calibration": "training images, batches of 500, weights fixed",
        "script": command("inference"),
    }
    target = options.target(RECORDED)
    save_study(found, origin, target, checkpoints, seeds)
    return [target]


def record_net(options: RecordOptions) -> list[Path]:
    """Train the small net of the picture and pack it."""
    steps = options.steps_or(stage_net.STEPS)
    content = {
        "provenance": provenance(script=command("inference-net")),
        **stage_net.packed(stage_net.trained_small_net(steps), steps),
    }
    target = options.target(stage_net.RECORDED)
    stage_net.save_net(content, target)
    return [target]
