"""What the studies of "Why it works" say, by a stated rule over the seeds, beside what the paper says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bnviz.array_types import Floats
from bnviz.chapters.why.study import ShiftStudy

CLOSE = 1.0
"""Points of test accuracy within which two arms count as about the same."""

FEWEST = 3
"""Seeds below which there is no verdict."""

CHANCE = 0.1
"""What a run that has diverged counts as from then on: ten classes, and it cannot tell them apart."""


@dataclass(frozen=True, slots=True)
class ArmComparison:
    """One comparison of two arms.

    Attributes:
        quantity: see ``change``.
        arm: of the study.
        reference: the arm it is compared with.
        paper: what Santurkar et al. 2018 say: "higher", "lower", "not_lower", "close", or "" for nothing.
    """

    quantity: str
    arm: str
    reference: str
    paper: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """A question and its answer.

    Attributes:
        question: what was asked.
        changes: (S,), of each seed: ratios; for ``POINTS`` differences in points.
        direction: "higher" or "lower" if every seed says so, else "mixed".
        verdict: "agrees" or "disagrees" with the paper, "open" where the seeds do not settle it or one of
            them could not be measured, "few" below
            ``FEWEST`` seeds, "" where the paper says nothing.
    """

    question: ArmComparison
    changes: Floats
    direction: str
    verdict: str


SHIFT = (
    ArmComparison("l2", "batch", "none", "not_lower"),
    ArmComparison("angle", "batch", "none", "not_lower"),
    ArmComparison("relative", "batch", "none"),
)
POINTS = ("accuracy", "learning", "as_trained", "refreshed")
"""Quantities that are compared by differences, in points; all others are by ratios."""

NOISE = (
    ArmComparison("learning", "batch", "none", "higher"),
    ArmComparison("learning", "noisy", "none", "higher"),
    ArmComparison("learning", "noise", "none", "lower"),
    ArmComparison("accuracy", "batch", "none", "higher"),
    ArmComparison("accuracy", "noisy", "batch", "close"),
    ArmComparison("accuracy", "noise", "none", "lower"),
    ArmComparison("as_trained", "noisy", "none", "higher"),
    ArmComparison("as_trained", "noisy", "batch", "close"),
    ArmComparison("as_trained", "noise", "none", "lower"),
    ArmComparison("refreshed", "noisy", "none", "higher"),
    ArmComparison("refreshed", "noisy", "batch", "close"),
    ArmComparison("jump", "noisy", "batch", "higher"),
    ArmComparison("jump", "noisy", "none", "higher"),
    ArmComparison("far", "noisy", "none"),
)
SMOOTH = (
    ArmComparison("band", "batch", "none", "lower"),
    ArmComparison("change", "batch", "none", "lower"),
    ArmComparison("beta", "batch", "none", "lower"),
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
"""Questions of the parts of the chapter; figures 1 to 4 and section 2 of the paper."""


def findings(study: ShiftStudy, questions: tuple[ArmComparison, ...]) -> tuple[Finding, ...]:
    """Answer the questions whose arms the study has."""
    asked = [q for q in questions if q.arm in study.arms and q.reference in study.arms]
    return tuple(answer(question, change(study, question)) for question in asked)


def answer(question: ArmComparison, changes: Floats) -> Finding:
    """Apply the rule: a direction needs every seed; a verdict needs a word of the paper and enough seeds.

    - paper "higher" or "lower": agrees if that is the direction, disagrees if the other is, else open
    - "not_lower": disagrees if the direction is lower, else agrees
    - "close" (points): agrees if every seed is within ``CLOSE`` points, disagrees if every seed is beyond
      it on the same side, else open
    """
    neutral = 0.0 if question.quantity in POINTS else 1.0
    above, below = bool((changes > neutral).all()), bool((changes < neutral).all())
    direction = "higher" if above else "lower" if below else "mixed"
    return Finding(question, changes, direction, _verdict(question.paper, changes, direction))


def _verdict(paper: str, changes: Floats, direction: str) -> str:
    if not paper:
        return ""
    if len(changes) < FEWEST:
        return "few"
    if not np.isfinite(changes).all():
        return "open"
    if paper == "not_lower":
        return "disagrees" if direction == "lower" else "agrees"
    if paper == "close":
        if (np.abs(changes) <= CLOSE).all():
            return "agrees"
        return "disagrees" if direction != "mixed" and (np.abs(changes) > CLOSE).all() else "open"
    if direction == "mixed":
        return "open"
    return "agrees" if direction == paper else "disagrees"


def change(study: ShiftStudy, question: ArmComparison) -> Floats:
    """Compare two arms seed by seed, (S,): a ratio; for ``POINTS`` the difference in points.

    - "l2", "relative": norm(G - G'), and that over norm(G): geometric mean of the ratio over measured steps
      and layers from the second on (the first has no shift)
    - "angle": 1 - cos(G, G'), likewise; a file keeps the cosine to four digits, smaller turns do not count
    - "jump", "far": drift of the units' means in one update, and since the start: geometric mean of the ratio
      over steps and hidden layers
    - "band": largest minus smallest loss of the walk; "change": the gradient's largest change on it; "beta":
      effective beta-smoothness: geometric mean of the ratio over steps
    - "loss": training loss, at the last measured step
    - "accuracy": test accuracy in evaluation mode at the last measured step; "learning": its mean over the
      measured steps, which lie closer together early; "as_trained": in training mode at the last step;
      "refreshed": in evaluation mode with running statistics taken anew, without noise. A run that has
      diverged counts as ``CHANCE``

    Only steps at which both arms have a positive, finite value count; NaN when there is none.
    """
    ours, theirs = (_values(study, arm, question.quantity) for arm in (question.arm, question.reference))
    if question.quantity in POINTS:
        ours, theirs = (np.where(np.isfinite(part), part, CHANCE) for part in (ours, theirs))
    if question.quantity == "learning":
        return np.asarray(100 * (ours - theirs).mean(-1))
    if question.quantity in POINTS:
        return 100 * (ours[:, -1] - theirs[:, -1])
    if question.quantity == "loss":
        ours, theirs = ours[:, -1:], theirs[:, -1:]
    return np.array([_ratio(a, b) for a, b in zip(ours, theirs, strict=True)])


def _ratio(ours: Floats, theirs: Floats) -> float:
    good = np.isfinite(ours) & np.isfinite(theirs) & (ours > 0) & (theirs > 0)
    if not good.any():
        return float("nan")
    return float(np.exp(np.mean(np.log(ours[good] / theirs[good]))))


def _values(study: ShiftStudy, arm: str, quantity: str) -> Floats:
    if quantity == "band":
        return np.asarray(study.of(arm, "loss_high") - study.of(arm, "loss_low"))
    if quantity in ("l2", "relative", "angle"):
        return shift_of(study, arm, "cosine" if quantity == "angle" else quantity, angle=quantity == "angle")
    names = {"learning": "accuracy", "jump": "jump_mean", "far": "far_mean", "change": "change_high"}
    return study.of(arm, names.get(quantity, quantity))


def shift_of(study: ShiftStudy, arm: str, name: str, angle: bool = False) -> Floats:
    """Return a measure of covariate shift, (S, T, L - 1), layers from the second on.

    Args:
        study: what was measured.
        arm: of the study.
        name: "l2", "relative" (norm(G - G') / norm(G)) or "cosine".
        angle: return 1 - the values.
    """
    if name == "relative":
        size = study.of(arm, "norm")[..., 1:]
        shift = study.of(arm, "l2")[..., 1:]
        return np.divide(shift, size, out=np.full_like(shift, np.nan), where=size > 0)
    values = study.of(arm, name)[..., 1:]
    return np.asarray(1 - values if angle else values)
