"""What the small reproduction of the ImageNet results measured."""

from __future__ import annotations

from dataclasses import dataclass

from bnviz.array_types import Floats
from bnviz.studies.summary import Spread


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


@dataclass(frozen=True, slots=True)
class VariantComparison:
    """One arm over its seeds.

    Attributes:
        arm: its name in the study.
        role: "plain", "baseline", "x5", "x30", "sigmoid", "plain_x5" or "plain_sigmoid", by its
            recipe; None else.
        seeds: number of seeds.
        reached: seeds that got to the mark.
        steps: median of the steps to the mark over the seeds; None where less than half of them got there.
        steps_low: fewest steps among those that got there, or None.
        steps_high: most steps among those that got there, or None.
        best: highest test accuracy of the curve, in percent.
        diverged: seeds whose loss was no longer finite.
        fewer: median steps of the plain net over those of this arm, or None.
        gain: mean of ``best`` minus the plain net's, in points, or None.
        paper_fewer: what Figure 3 says for ``fewer``, or None.
        paper_gain: what Figure 3 says for ``gain``, or None.
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
