"""The measurements of the small reproduction of the ImageNet results."""

from __future__ import annotations

from dataclasses import dataclass

from bnviz.array_types import Floats
from bnviz.studies.summary import Spread


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """Test error of ensembles and of their members, in percent.

    Attributes:
        count: number of members of the full ensemble, K.
        errors: (S, K), errors of the ensembles of the first 1, 2, ... members, one row per seed.
        alone: (S, K), errors of the single members.
        ratio: error of the full ensemble divided by the mean error of its members, mean over the seeds.
        paper: the same ratio of the paper's top-1 errors with 144 crops: 20.1 / 21.99. The paper prints one
            network, not the members; that network is used for them.
    """

    count: int
    errors: Floats
    alone: Floats
    ratio: float
    paper: float


@dataclass(frozen=True, slots=True)
class VariantComparison:
    """One arm over its seeds.

    Attributes:
        arm: its name in the study.
        role: "plain", "baseline", "x5", "x30", "sigmoid", "plain_x5" or "plain_sigmoid", by its
            recipe; otherwise None.
        seeds: number of seeds.
        reached: number of seeds that reached the goal.
        steps: median over the seeds of the steps to the goal; None where fewer than half of them reached it.
        steps_low: smallest number of steps among the seeds that reached it, or None.
        steps_high: largest number of steps among the seeds that reached it, or None.
        best: highest test accuracy of the curve, in percent.
        diverged: seeds whose loss was no longer finite.
        fewer: median steps of the plain network divided by those of this arm, or None.
        gain: mean of ``best`` minus the plain network's, in percentage points, or None.
        paper_fewer: ``fewer`` by Figure 3, or None.
        paper_gain: ``gain`` by Figure 3, or None.
    """

    arm: str
    role: str | None
    seeds: int
    reached: int
    steps: float | None
    steps_low: int | None
    steps_high: int | None
    best: Spread | None
    diverged: int
    fewer: float | None = None
    gain: float | None = None
    paper_fewer: float | None = None
    paper_gain: float | None = None
