"""Pairs of arms, as a study expects them."""

from __future__ import annotations

from hand_made_twin_study import twin_study, unit

from bnviz.chapters.convolution.curves import has_several_rates, pair_of
from bnviz.config import RunConfig
from bnviz.studies.records import Arm, StudyResult


def test_one_rate_for_both_or_each_at_its_best() -> None:
    assert pair_of(twin_study(), "shared") == ("plain-lr0.05", "batch-lr0.05")
    assert pair_of(twin_study(), "best") == ("plain-lr0.05", "batch-lr0.1")
    assert has_several_rates(twin_study())


def test_a_study_that_expects_nothing_has_no_pairs() -> None:
    bare = StudyResult("x", RunConfig(), (Arm("one"),), (0,), 1, 0.5, 0.1, (unit("one", 0, 0.2),))
    assert pair_of(bare, "shared") is None
    assert not has_several_rates(bare)
