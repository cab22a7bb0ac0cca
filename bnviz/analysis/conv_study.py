"""Which arms of a study with and without BN are set against each other."""

from __future__ import annotations

from bnviz.studies.records import StudyResult
from bnviz.studies.summary import resolve

RECIPES = ("shared", "best")


def pair_of(result: StudyResult, recipe: str) -> tuple[str, str] | None:
    """Return the arms (without BN, with BN) that a recipe compares, as the study itself expects them.

    Args:
        result: the study.
        recipe: "shared" (the same learning rate for both) or "best" (each at the rate of its own highest
            mean accuracy: an expectation whose arm names end with ``*``).

    Returns:
        Names of arms, or None when the study expects nothing of the kind.
    """
    for expectation in result.expected:
        chosen = expectation.worse.endswith("*") and expectation.better.endswith("*")
        if expectation.worse != expectation.better and chosen == (recipe == "best"):
            return resolve(result, expectation.worse), resolve(result, expectation.better)
    return None


def sweeps_rates(result: StudyResult) -> bool:
    """Tell whether the arms were trained at more than one learning rate."""
    return len({result.config(arm.name).lr for arm in result.arms}) > 1
