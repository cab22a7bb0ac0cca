"""Whether covariate shift depends on the phase of training: the two phases compared seed by seed, by the one rule.

That one phase is decided and the other open does not say that they differ: both intervals may be wide. What decides is
the ratio after / before, of which each seed gives one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bnviz.chapters.why.findings import ArmComparison, answer, change, findings
from bnviz.chapters.why.phases import PHASES, Phase
from bnviz.chapters.why.study import ShiftStudy
from bnviz.studies.rule import Interval


@dataclass(frozen=True, slots=True)
class PhaseAnswer:
    """What the seeds say of two phases.

    Attributes:
        said: "same": the rule finds the same direction in each phase; "depends": it does not, and the interval of after
            / before excludes 1; "open": it does not, and the interval contains 1.
        ratio: mean and interval of after / before, each of them the arm over its reference; None where a seed has no
            value.
    """

    said: Literal["same", "depends", "open"]
    ratio: Interval | None


def phase_answer(study: ShiftStudy, quantity: str, phases: tuple[Phase, ...] = PHASES) -> PhaseAnswer:
    """Compare BN with no BN in the phases.

    Args:
        study: with the arms "batch" and "none".
        quantity: one that is compared by ratios, see ``findings.change``.
        phases: those that must have the same direction to be called the same; a phase that is not measured is left out.
    """
    asked = [ArmComparison(quantity, "batch", "none", phase=phase) for phase in phases]
    before, after = (change(study, ArmComparison(quantity, "batch", "none", phase=p)) for p in ("before", "after"))
    paired = answer(ArmComparison(quantity, "batch", "none"), after / before)
    directions = {each.direction for each in findings(study, tuple(asked))}
    if len(directions) == 1 and "open" not in directions:
        return PhaseAnswer("same", paired.interval)
    return PhaseAnswer("open" if paired.direction == "open" else "depends", paired.interval)
