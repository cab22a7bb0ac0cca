"""An ensemble that was run here: error by the number of members, beside what the paper's Figure 4 says."""

from __future__ import annotations

import numpy as np

from bnviz.chapters.imagenet.published_ensemble import entry
from bnviz.chapters.imagenet.results import Members
from bnviz.studies.records import StudyResult


def members(study: StudyResult) -> Members | None:
    """Return what an ensemble study measured; None where it holds no whole ensemble.

    Args:
        study: with extra numbers "first" and "members" in the units of its last arm, accuracies as shares.
    """
    first, alone = [], []
    for unit in study.of(study.arms[-1].name):
        rows = (unit.extras.get("first"), unit.extras.get("members"))
        if all(isinstance(row, tuple) for row in rows):
            first.append(rows[0])
            alone.append(rows[1])
    sizes = {len(row) for row in (*first, *alone) if isinstance(row, tuple)}
    if len(sizes) != 1 or sizes == {0}:
        return None
    errors, single = (100 * (1 - np.array(rows, np.float64)) for rows in (first, alone))
    if not single.mean(1).all():
        return None
    paper = entry("ensemble").top1.known / entry("crops").top1.known
    return Members(sizes.pop(), errors, single, float((errors[:, -1] / single.mean(1)).mean()), paper)
