"""ClaimTest: one test of the ledger, a small pure function of a seed, and the questions that it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bnviz.config import Changes, RunConfig
from bnviz.data import load_dataset
from bnviz.ledger.rule import Question
from bnviz.studies.records import Arm, UnitResult
from bnviz.studies.rule import RuleName
from bnviz.studies.samples import fingerprint, limited
from bnviz.studies.study import Study
from bnviz.studies.study_runner import run_unit

Effects = dict[str, float]


@dataclass(frozen=True, slots=True)
class ClaimTest:
    """A test of the ledger.

    Attributes:
        id: "E1" to "E25" as in the notes on the literature; "L1", "L2" look into layers and at calculus.
        run: seed -> one number for each question, by the part of its name after the dot.
        questions: the questions that it answers.
    """

    id: str
    run: Callable[[int], Effects]
    questions: tuple[Question, ...]


Asked = tuple[RuleName, float, str] | tuple[RuleName, float, str, bool]
"""A question without its name: rule, limit, unit, and whether it is exact."""


def claim_test(id: str, run: Callable[[int], Effects], **questions: Asked) -> ClaimTest:
    """Make a test of some questions."""
    return ClaimTest(id, run, tuple(Question(f"{id}.{name}", *given) for name, given in questions.items()))


def exact(rule: RuleName, limit: float, unit: str) -> Asked:
    """Ask for numbers that follow from a formula or are counted: every seed must say the same by itself."""
    return rule, limit, unit, True


def train_arms(
    base: RunConfig,
    arms: Mapping[str, Changes],
    steps: int,
    seed: int,
    *,
    threshold: float = 0.9,
    evaluations: int = 10,
    longer: Mapping[str, int] | None = None,
    n_train: int = 0,
) -> dict[str, UnitResult]:
    """Train a few arms from one seed on the bundled digits.

    Args:
        base: the recipe that they share.
        arms: the changes of each, by name.
        steps: updates.
        seed: of weights and batches.
        threshold: accuracy of ``steps_to_threshold``.
        evaluations: points of the curve after step 0.
        longer: numbers of updates of arms that differ from ``steps``.
        n_train: training images; 0 = all.
    """
    made = tuple(Arm(name, changes, (longer or {}).get(name, 0)) for name, changes in arms.items())
    study = Study(
        name="claim",
        base=base.with_fields(device="cpu"),
        arms=made,
        steps=steps,
        threshold=threshold,
        evaluations=evaluations,
        n_train=n_train,
        n_test=1000,
        n_curve=500,
    )
    data = limited(load_dataset(base.dataset), study.n_train, study.n_test)
    return {unit.arm: run_unit(unit, data).result for unit in study.units((seed,), fingerprint(data))}


def points(first: float | None, second: float | None) -> float:
    """Return first minus second, shares in 0..1, in percentage points; NaN when one is missing."""
    return float("nan") if first is None or second is None else 100 * (first - second)


def update_ratio(first: UnitResult, second: UnitResult, steps: int) -> float:
    """Return how many times more updates the first needed; one that never reached the threshold counts ``steps``.

    Such a value is a bound: it shows which one is faster, not by how much. NaN when neither reached it.
    """
    found = first.steps_to_threshold, second.steps_to_threshold
    if found == (None, None):
        return float("nan")
    return (found[0] or steps) / (found[1] or steps)
