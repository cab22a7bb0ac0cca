"""The survival map's counts against a count by hand."""

from __future__ import annotations

import math

import pytest

from bnviz.chapters.survival.results import CellSummary, SurvivalMap
from bnviz.chapters.survival.survival_map import compare_arms, majority

ORDER = ("converged", "slow", "stalled", "saturated", "diverged")


def cell(outcome: str, accuracy: float = 0.5, agree: int = 3, done: int = 3) -> CellSummary:
    return CellSummary(outcome, agree, done, accuracy, 1.0, 1.0, math.nan, ())


def map_of_rows(*arms: list[CellSummary | None]) -> SurvivalMap:
    """One row of cells per arm."""
    names = (("norm", "none"),), (("norm", "batch"),)
    columns = tuple(0.1 * k for k in range(1, len(arms[0]) + 1))
    cells = tuple((tuple(arm),) for arm in arms)
    return SurvivalMap("lr", columns, "init_scale", (1.0,), names, ORDER, 3, 10, cells)


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["slow"], ("slow", 1)),
        (["converged", "slow", "converged"], ("converged", 2)),
        (["converged", "diverged"], ("diverged", 1)),
        (["stalled", "converged", "slow"], ("stalled", 1)),
        (["saturated", "stalled", "stalled", "saturated"], ("saturated", 2)),
    ],
)
def test_the_majority_rules_and_of_equals_the_worse(outcomes: list[str], expected: tuple[str, int]) -> None:
    assert majority(outcomes, ORDER) == expected


def test_cells_are_counted_as_by_hand() -> None:
    without = [
        cell("converged", 0.9),
        cell("slow", 0.4),
        cell("stalled"),
        cell("diverged"),
        cell("converged", agree=2),
        None,
    ]
    with_bn = [
        cell("converged", 0.8),
        cell("converged", 0.9),
        cell("slow"),
        cell("saturated"),
        cell("stalled"),
        cell("slow"),
    ]
    found = compare_arms(map_of_rows(without, with_bn), 0, 1)
    assert (found.cells, found.first, found.second) == (5, 3, 3)
    assert (found.both, found.neither, found.saved, found.lost) == (2, 1, 1, 1)
    assert found.lower == 1  # 0.8 against 0.9
    assert found.unhelped == 1 + 1 + 1
    assert found.shaky == 1
    assert found.verdict == "same"


@pytest.mark.parametrize(
    ("without", "with_bn", "verdict"),
    [
        (["slow", "stalled"], ["slow", "slow"], "all"),
        (["stalled", "stalled"], ["slow", "stalled"], "more"),
        (["slow", "slow"], ["slow", "stalled"], "fewer"),
        (["stalled", "stalled"], ["stalled", "stalled"], "same"),
    ],
)
def test_the_verdict_is_about_how_many_live(without: list[str], with_bn: list[str], verdict: str) -> None:
    found = map_of_rows([cell(each) for each in without], [cell(each) for each in with_bn])
    assert compare_arms(found, 0, 1).verdict == verdict


def test_a_map_knows_what_is_missing() -> None:
    assert map_of_rows([None], [None]).empty
    half = map_of_rows([cell("slow")], [None])
    assert not half.empty
    assert not half.complete
    assert not map_of_rows([cell("slow")], [cell("slow", done=2)]).complete
    assert map_of_rows([cell("slow")], [cell("slow")]).complete
    assert compare_arms(half, 0, 1).cells == 0
