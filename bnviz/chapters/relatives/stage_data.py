"""What the picture of the chapter gets: a block of real values, and the recorded accuracies of the normalizers."""

from __future__ import annotations

from typing import Any

import numpy as np

from bnviz.chapters.relatives import block
from bnviz.chapters.relatives.published import ERRORS, SIZES
from bnviz.studies.paired import paired
from bnviz.studies.records import StudyResult

SEED = 0
COMPARED = ("batch", "group", "layer", "instance", "none")
"""Arms of the study ``relatives`` that the picture shows."""

REFERENCE = "batch"
"""What the others are compared with."""

BY_SIZE = ("batch", "group", "layer")
"""Normalizers of the study ``batch-size``; its arms are named ``<normalizer>-<size>``."""


def stage_data(relatives: StudyResult | None, batch_size: StudyResult | None) -> dict[str, Any]:
    """Return the block with its digits and filters, the two studies where they are recorded, and the published errors.

    Args:
        relatives: the study that trains one network with each normalizer.
        batch_size: the study that trains three of them with batches of several sizes.
    """
    digits, filters = block.small_digits(), block.random_filters(SEED)
    return {
        "samples": block.IMAGES,
        "channels": block.CHANNELS,
        "side": block.SIDE,
        "seed": SEED,
        "block": np.round(block.digit_block(SEED), 3).ravel().tolist(),
        "digits": np.round(digits.flatten(1).numpy(), 2).tolist(),
        "filters": np.round(filters.flatten(1).numpy(), 2).tolist(),
        "relatives": _compared(relatives) if relatives else None,
        "sizes": _by_size(batch_size) if batch_size else None,
        "published": {"sizes": list(SIZES), "errors": {name: list(found) for name, found in ERRORS.items()}},
    }


def _compared(result: StudyResult) -> dict[str, Any]:
    """Return the test accuracies of the arms, one per seed, and what they were measured at."""
    names = {arm.name for arm in result.arms}
    return {
        "steps": result.steps,
        "batch": result.base.batch_size,
        "seeds": len(result.seeds),
        "accuracy": {name: _accuracies(result, name) for name in COMPARED if name in names},
        "said": {name: _said(result, REFERENCE, name) for name in COMPARED[1:] if {name, REFERENCE} <= names},
    }


def _by_size(result: StudyResult) -> dict[str, Any]:
    """Return the test accuracies of each normalizer by batch size, one per seed, and the steps of each size."""
    steps = {arm.name: arm.steps or result.steps for arm in result.arms}
    sizes = sorted({int(name.rpartition("-")[2]) for name in steps if name.startswith(f"{BY_SIZE[0]}-")})
    return {
        "sizes": sizes,
        "steps": [steps[f"{BY_SIZE[0]}-{size}"] for size in sizes],
        "seeds": len(result.seeds),
        "accuracy": {
            name: [_accuracies(result, f"{name}-{size}") for size in sizes]
            for name in BY_SIZE
            if all(f"{name}-{size}" in steps for size in sizes)
        },
        "said": [_said(result, f"{REFERENCE}-{size}", f"group-{size}") for size in sizes if f"group-{size}" in steps],
        "largest": _said(result, f"{REFERENCE}-{sizes[-1]}", f"{REFERENCE}-{sizes[0]}"),
    }


def _said(result: StudyResult, first: str, second: str) -> dict[str, Any] | None:
    """Return what the paired seeds say of one arm minus another, in points; None without a pair."""
    found = paired(result, first, second)
    if found is None:
        return None
    numbers = {name: round(100 * getattr(found, name), 4) for name in ("mean", "low", "high")}
    return {**numbers, "answer": {"yes": "higher", "no": "lower", "open": "open"}[found.answer]}


def _accuracies(result: StudyResult, arm: str) -> list[float]:
    """Return the final test accuracies of an arm, 0..1, by seed; a run that diverged has none."""
    found = [unit.final_test_accuracy for unit in result.units if unit.arm == arm]
    return [round(value, 4) for value in found if value is not None]
