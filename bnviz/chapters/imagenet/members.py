"""Our ensemble: the error by the number of members, beside that of the paper's Figure 4."""

from __future__ import annotations

import numpy as np

from bnviz.chapters.imagenet.published_ensemble import entry
from bnviz.chapters.imagenet.results import Members
from bnviz.studies.records import StudyResult


def members(study: StudyResult) -> Members | None:
    """Return the errors that an ensemble study measured; None where it holds no complete ensemble.

    Args:
        study: its last arm has the extra metrics "first" and "members", accuracies of 0..1.
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
