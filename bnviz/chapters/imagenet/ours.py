"""Our small reproduction beside the paper: every arm over its seeds, as ratios to the plain net."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bnviz.chapters.imagenet.published import CHANGES, against_inception, variant
from bnviz.chapters.imagenet.results import VariantComparison
from bnviz.config import Changes, RunConfig, Value
from bnviz.studies.records import StudyResult, UnitResult
from bnviz.studies.summary import spread
from bnviz.studies.verdicts import AS_EXPECTED, OPEN, OPPOSITE, TOO_FEW, Verdict, verdicts_of

MARKS = ("plain", "threshold")
"""The accuracy that steps are counted to: the plain network's best (the paper's rule), or the study's threshold."""

PAPER = ("plain", "baseline", "x5", "x30", "sigmoid")
"""Roles that have a row in Figure 3, by the key of the row."""


def recipes(study: StudyResult) -> dict[str, RunConfig]:
    """Return the recipe of every arm of a study."""
    return {arm.name: study.config(arm.name) for arm in study.arms}


def roles(configs: Mapping[str, RunConfig]) -> dict[str, str]:
    """Return the variant of the paper that each arm reproduces, by its recipe; other arms are left out.

    The plain network has no BN, no sigmoid and the lowest learning rate. The baseline differs from it only
    by BN; x5 and x30 have 5 and 30 times its learning rate and all changes of section 4.2.1; sigmoid is x5
    with that nonlinearity.

    Args:
        configs: recipe of every arm.
    """
    candidates = [c for c in configs.values() if c.norm == "none" and c.activation != "sigmoid"]
    if not candidates:
        return {}
    plain = min(candidates, key=lambda config: config.lr)
    found: dict[str, str] = {}
    for name, config in configs.items():
        role = _role(config, plain)
        if role is not None and role not in found.values():
            found[name] = role
    return found


def _role(config: RunConfig, plain: RunConfig) -> str | None:
    times, sigmoid = round(config.lr / plain.lr, 3), config.activation == "sigmoid"
    alone = {
        "plain": plain,
        "baseline": plain.with_fields(norm="batch"),
        "plain_x5": plain.with_fields(lr=config.lr if times == 5 else plain.lr),
        "plain_sigmoid": plain.with_fields(activation="sigmoid"),
    }
    if config in alone.values():
        return next(role for role, recipe in alone.items() if recipe == config)
    changed = all(getattr(config, change.field) != getattr(plain, change.field) for change in CHANGES)
    if config.norm != "batch" or not changed:
        return None
    if sigmoid:
        return "sigmoid" if times == 5 else None
    return {5.0: "x5", 30.0: "x30"}.get(times)


def added(study: StudyResult) -> dict[str, Changes]:
    """Return what every arm changes of the arm before it; the first one: nothing."""
    found: dict[str, Changes] = {}
    before: dict[str, Value] = {}
    for name, config in recipes(study).items():
        now = config.to_dict()
        found[name] = tuple((k, v) for k, v in now.items() if before and before[k] != v)
        before = now
    return found


def compare(study: StudyResult, mark: str = "plain") -> tuple[VariantComparison, ...]:
    """Return all arms of a study, each against its plain net and the paper's table.

    Args:
        study: the study.
        mark: one of ``MARKS``. "plain": in each seed the highest test accuracy of the plain net, as the paper
            takes Inception's (Figure 3); without a plain net, and for "threshold", the study's threshold.
    """
    known = roles(recipes(study))
    plain = next((arm for arm, role in known.items() if role == "plain"), None)
    goals = _goals(study, plain if mark == "plain" else None)
    rows = [_row(study, arm.name, known.get(arm.name), goals) for arm in study.arms]
    first = next((row for row in rows if row.role == "plain"), None)
    return tuple(rows) if first is None else tuple(_against(row, first) for row in rows)


def _goals(study: StudyResult, plain: str | None) -> dict[int, float]:
    goals = dict.fromkeys(study.seeds, study.threshold)
    if plain is not None:
        goals |= {u.seed: u.best_test_accuracy for u in study.of(plain) if u.best_test_accuracy is not None}
    return goals


def steps_until(unit: UnitResult, goal: float) -> int | None:
    """Return the first evaluation of a unit at or above an accuracy (a share), or None."""
    pairs = zip(unit.steps, unit.test_accuracy, strict=True)
    return next((step for step, value in pairs if value is not None and value >= goal), None)


def _row(study: StudyResult, arm: str, role: str | None, goals: dict[int, float]) -> VariantComparison:
    units = study.of(arm)
    reached = sorted(n for u in units if (n := steps_until(u, goals[u.seed])) is not None)
    middle = (len(units) - 1) // 2  # seeds that never reach the goal come after all others
    best = [100 * u.best_test_accuracy for u in units if u.best_test_accuracy is not None]
    return VariantComparison(
        arm=arm,
        role=role,
        seeds=len(units),
        reached=len(reached),
        steps=float(reached[middle]) if middle < len(reached) else None,
        steps_low=reached[0] if reached else None,
        steps_high=reached[-1] if reached else None,
        best=spread(best),
        diverged=sum(u.diverged is not None for u in units),
    )


def _against(row: VariantComparison, plain: VariantComparison) -> VariantComparison:
    fewer = plain.steps / row.steps if plain.steps is not None and row.steps else None
    gain = None if row.best is None or plain.best is None else row.best.mean - plain.best.mean
    if row.role not in PAPER:
        return replace(row, fewer=fewer, gain=gain)
    paper = against_inception(variant(row.role))
    return replace(row, fewer=fewer, gain=gain, paper_fewer=paper.fewer, paper_gain=paper.gain)


@dataclass(frozen=True, slots=True)
class Agreement:
    """The verdicts on a study's expectations, counted.

    Attributes:
        verdicts: all of them.
        seen: number that was confirmed: the interval is on the expected side of 0.
        unseen: number whose interval contains 0.
        opposite: number contradicted: the interval is on the other side.
        undecided: number without enough seeds.
    """

    verdicts: tuple[Verdict, ...]
    seen: int
    unseen: int
    opposite: int
    undecided: int

    @property
    def kind(self) -> str:
        """How many of the expectations that can be judged were seen: "all", "part" or "none"; "few" if none can be."""
        judged = len(self.verdicts) - self.undecided
        if judged == 0:
            return "few"
        return "all" if self.seen == judged else "part" if self.seen else "none"


def agreement(study: StudyResult) -> Agreement:
    """Judge a study's expectations by its seeds; see ``Verdict`` for the rule."""
    found = verdicts_of(study)
    count = {name: sum(v.verdict == name for v in found) for name in (AS_EXPECTED, OPEN, OPPOSITE, TOO_FEW)}
    return Agreement(found, count[AS_EXPECTED], count[OPEN], count[OPPOSITE], count[TOO_FEW])
