"""An ensemble that was run here: error by the number of members, beside what the paper's Figure 4 says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bnviz.chapters.imagenet.ensemble import entry
from bnviz.studies.records import StudyResult

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """Test error of ensembles and of their members, in percent.

    Attributes:
        count: members of the whole ensemble, K.
        errors: (S, K), of the ensembles of the first 1, 2, ... members, one row a seed.
        alone: (S, K), of every member by itself.
        ratio: error of the whole ensemble over the mean error of its members, mean over the seeds.
        paper: the same of the paper's top-1 errors with 144 crops: 20.1 / 21.99 (its members are not printed;
            the one network that is printed stands for them).
    """

    count: int
    errors: Floats
    alone: Floats
    ratio: float
    paper: float


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
