"""The findings of the studies of "Why it works", by the one rule of ``studies.rule``, beside the paper's claims."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bnviz.array_types import Floats
from bnviz.chapters.why.phases import PHASES, Pairs, Phase, pairs
from bnviz.chapters.why.study import ShiftStudy
from bnviz.studies import rule
from bnviz.studies.rule import Interval, Statement

CLOSE = 1.0
"""Percentage points of test accuracy within which two arms count as equal."""

CHANCE = 0.1
"""The accuracy that a diverged run counts as: chance, for ten classes."""


@dataclass(frozen=True, slots=True)
class ArmComparison:
    """One comparison of two arms.

    Attributes:
        quantity: the quantity that is compared, see ``change``.
        arm: an arm of the study.
        reference: the arm that it is compared with.
        paper: the claim of Santurkar et al. 2018: "higher", "lower", "not_lower", "close", or "" for none.
        phase: which steps are compared, see ``phases.pairs``.
    """

    quantity: str
    arm: str
    reference: str
    paper: str = ""
    phase: Phase = ""


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """A question and its answer.

    Attributes:
        question: the comparison.
        changes: (S,), change of each seed: a ratio, or for ``POINTS`` a difference in percentage points.
        interval: their mean and its interval, geometric for ratios; None where a seed could not be measured.
        direction: "higher" or "lower" where the interval is, else "open".
        verdict: "agrees" or "disagrees" with the paper, "open" where the rule does not decide, "few" below the
            rule's fewest seeds, "" where the paper makes no claim.
    """

    question: ArmComparison
    changes: Floats
    interval: Interval | None
    direction: str
    verdict: str


SHIFT = tuple(
    ArmComparison(quantity, "batch", "none", paper, phase)
    for quantity, paper in (("l2", "not_lower"), ("angle", "not_lower"), ("relative", ""))
    for phase in PHASES
)
DRIFT = tuple(
    ArmComparison(quantity, "batch", "none", phase=phase)
    for quantity in ("jump", "batch_jump", "drift")
    for phase in PHASES
)
POINTS = ("accuracy", "learning", "as_trained", "refreshed")
"""Quantities that are compared by differences, in percentage points; all others are compared by ratios."""

NOISE = (
    ArmComparison("learning", "batch", "none", "higher"),
    ArmComparison("learning", "noisy", "none", "higher"),
    ArmComparison("learning", "noise", "none", "lower"),
    ArmComparison("accuracy", "batch", "none", "higher"),
    ArmComparison("accuracy", "noisy", "none"),
    ArmComparison("accuracy", "noisy", "batch", "close"),
    ArmComparison("accuracy", "noise", "none", "lower"),
    ArmComparison("as_trained", "noisy", "none", "higher"),
    ArmComparison("as_trained", "noisy", "batch", "close"),
    ArmComparison("as_trained", "noise", "none", "lower"),
    ArmComparison("refreshed", "noisy", "none", "higher"),
    ArmComparison("refreshed", "noisy", "batch", "close"),
    ArmComparison("jump", "noisy", "batch", "higher"),
    ArmComparison("jump", "noisy", "none", "higher"),
    ArmComparison("drift", "noisy", "none"),
)
SMOOTH = tuple(
    ArmComparison(quantity, "batch", "none", "lower", phase)
    for quantity in ("band", "change", "beta")
    for phase in PHASES
)
LINEAR = (
    ArmComparison("angle", "batch", "none", "higher"),
    ArmComparison("l2", "batch", "none", "higher"),
    ArmComparison("relative", "batch", "none"),
    ArmComparison("loss", "batch", "none"),
    ArmComparison("band", "batch", "none"),
    ArmComparison("change", "batch", "none"),
    ArmComparison("beta", "batch", "none"),
)
"""The questions of the chapter's parts: figures 1 to 4 and section 2 of the paper."""


def findings(study: ShiftStudy, questions: tuple[ArmComparison, ...]) -> tuple[Finding, ...]:
    """Answer the questions whose arms and measurements the study has."""
    return tuple(answer(question, change(study, question)) for question in questions if _is_measured(study, question))


def _is_measured(study: ShiftStudy, question: ArmComparison) -> bool:
    needed = {_MEASURED.get(question.quantity, _NAMES.get(question.quantity, question.quantity))}
    needed |= {"": set(), "matched": {"train_loss"}}.get(question.phase, {"accuracy"})
    return {question.arm, question.reference} <= set(study.arms) and needed <= set(study.values)


def answer(question: ArmComparison, changes: Floats) -> Finding:
    """Apply the rule: a direction is that of the interval, a verdict needs a claim of the paper.

    - "higher" or "lower": agrees if that is the direction, disagrees if the other one is, else open
    - "not_lower": agrees if the direction is higher, disagrees if it is lower, else open
    - "close" (points): the rule of equivalence within ``CLOSE`` points
    """
    neutral = Statement("more", 0.0) if question.quantity in POINTS else Statement("ratio", 1.0)
    values = [float(value) for value in changes]
    measured = all(map(math.isfinite, values)) and (neutral.rule == "more" or min(values) > 0)
    direction = {"yes": "higher", "no": "lower", "open": "open"}[rule.answer(neutral, values)]
    verdict = _verdict(question.paper, values, direction)
    return Finding(question, changes, rule.interval(neutral, values) if measured else None, direction, verdict)


def _verdict(paper: str, values: list[float], direction: str) -> str:
    if not paper:
        return ""
    if len(values) < rule.FEWEST:
        return "few"
    if paper == "close":
        return {"yes": "agrees", "no": "disagrees", "open": "open"}[rule.answer(Statement("within", CLOSE), values)]
    if direction == "open":
        return "open"
    return "agrees" if direction == paper.replace("not_lower", "higher") else "disagrees"


def change(study: ShiftStudy, question: ArmComparison) -> Floats:
    """Compare two arms seed by seed, (S,): a ratio, or for ``POINTS`` a difference in percentage points.

    - "l2", "relative": norm(G - G'), and norm(G - G') / norm(G): geometric mean of the ratio over the measured
      steps and the layers from the second (the first has no shift)
    - "angle": 1 - cos(G, G'), by the same mean; a cosine of exactly 1, as a file may round it, does not count
    - "jump", "batch_jump", "drift": drift of the units' means in one update (both times normalized by its batch), from
      one batch to the next, and over ``probed_run.LAG`` updates: geometric mean of the ratio over steps and hidden
      layers
    - "band": largest minus smallest loss of the walk; "change": the gradient's largest change on the walk;
      "beta": effective beta-smoothness: geometric mean of the ratio over steps
    - "loss": training loss, at the last measured step
    - "accuracy": test accuracy in evaluation mode at the last measured step; "learning": its mean over the
      measured steps, which are denser early; "as_trained": in training mode at the last step; "refreshed":
      in evaluation mode with running statistics recomputed without noise. A diverged run counts as
      ``CHANCE``

    Only steps at which both arms have a positive, finite value count; without any the result is NaN.
    """
    ours, theirs = (_values(study, arm, question.quantity) for arm in (question.arm, question.reference))
    if question.quantity in POINTS:
        ours, theirs = (np.where(np.isfinite(part), part, CHANCE) for part in (ours, theirs))
    if question.quantity == "learning":
        return np.asarray(100 * (ours - theirs).mean(-1))
    if question.quantity in POINTS:
        return 100 * (ours[:, -1] - theirs[:, -1])
    if question.quantity == "loss":
        return np.asarray(ours[:, -1] / theirs[:, -1])
    compared = pairs(study, question.arm, question.reference, question.phase)
    return np.array([_ratio(a, b, steps) for a, b, steps in zip(ours, theirs, compared, strict=True)])


_MEASURED = {"relative": "l2", "angle": "cosine", "band": "loss_high"}
_NAMES = {
    "learning": "accuracy",
    "jump": "jump_mean",
    "batch_jump": "batch_mean",
    "drift": "drift_mean",
    "change": "change_high",
}


def _ratio(ours: Floats, theirs: Floats, compared: Pairs) -> float:
    if not compared:
        return float("nan")
    first, second = ours[[pair[0] for pair in compared]], theirs[[pair[1] for pair in compared]]
    good = np.isfinite(first) & np.isfinite(second) & (first > 0) & (second > 0)
    if not good.any():
        return float("nan")
    return float(np.exp(np.mean(np.log(first[good] / second[good]))))


def _values(study: ShiftStudy, arm: str, quantity: str) -> Floats:
    if quantity == "band":
        return np.asarray(study.of(arm, "loss_high") - study.of(arm, "loss_low"))
    if quantity in ("l2", "relative", "angle"):
        return shift_of(study, arm, "cosine" if quantity == "angle" else quantity, angle=quantity == "angle")
    return study.of(arm, _NAMES.get(quantity, quantity))


def shift_of(study: ShiftStudy, arm: str, name: str, angle: bool = False) -> Floats:
    """Return a measure of covariate shift, (S, T, L - 1), of the layers from the second.

    Args:
        study: the study.
        arm: an arm of the study.
        name: "l2", "relative" (norm(G - G') / norm(G)) or "cosine".
        angle: return 1 - the values.
    """
    if name == "relative":
        size = study.of(arm, "norm")[..., 1:]
        shift = study.of(arm, "l2")[..., 1:]
        return np.divide(shift, size, out=np.full_like(shift, np.nan), where=size > 0)
    values = study.of(arm, name)[..., 1:]
    return np.asarray(1 - values if angle else values)
