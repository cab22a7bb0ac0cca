"""Our reproduction as ratios, by hand-made curves whose answers are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hand_made_variants import RECIPES, ensemble, repeated, variants

from bnviz.chapters.imagenet.members import members
from bnviz.chapters.imagenet.ours import added, agreement, compare, recipes, roles, steps_until


def test_arms_are_known_by_their_recipes() -> None:
    assert roles(recipes(variants())) == {
        "plain": "plain",
        "baseline": "baseline",
        "fast": "x5",
        "faster": "x30",
        "sig": "sigmoid",
        "wild": "plain_x5",
    }
    assert roles(recipes(variants(arms=("fast", "sig")))) == {}
    known = recipes(variants())
    # Five times the rate alone, or with part of the list only, is not the paper's BN-x5.
    known["fast"] = known["fast"].with_fields(lrn=True)
    known["half"] = known["baseline"].with_fields(lr=0.05)
    assert "x5" not in roles(known).values()


def test_what_each_arm_adds_to_the_one_before() -> None:
    found = added(variants(arms=("plain", "baseline", "fast", "faster")))
    assert found["plain"] == ()
    assert found["baseline"] == (("norm", "batch"),)
    assert dict(found["fast"]) == {k: v for k, v in RECIPES["fast"] if k != "norm"}
    assert found["faster"] == (("lr", 0.3),)


def test_an_ensembles_error_against_its_members() -> None:
    found = members(ensemble())
    assert found is not None
    assert found.count == 3
    np.testing.assert_allclose(found.errors, [[40, 35, 30], [40, 30, 20]])
    assert found.ratio == pytest.approx((30 / 40 + 20 / 40) / 2)
    assert found.paper == pytest.approx(20.1 / 21.99)
    assert members(variants()) is None


def test_the_papers_rule_counts_to_the_plain_nets_own_best() -> None:
    rows = {row.arm: row for row in compare(variants())}
    # The plain net's best is 0.5 and 0.6, both at step 40.
    assert (rows["plain"].steps, rows["plain"].reached) == (40, 2)
    assert (rows["fast"].steps, rows["fast"].steps_low, rows["fast"].steps_high) == (10, 10, 10)
    assert rows["fast"].fewer == pytest.approx(4)
    assert rows["baseline"].fewer == pytest.approx(2)
    assert (rows["sig"].steps, rows["sig"].reached, rows["sig"].fewer) == (None, 0, None)
    assert rows["wild"].fewer is None
    assert rows["wild"].diverged == 2


def test_the_studys_threshold_may_be_asked_for_instead() -> None:
    rows = {row.arm: row for row in compare(variants(), "threshold")}
    assert (rows["plain"].steps, rows["plain"].steps_low, rows["plain"].steps_high) == (30, 30, 40)
    assert rows["fast"].fewer == pytest.approx(3)
    # One of two seeds got there: the median is that one's.
    assert (rows["sig"].steps, rows["sig"].reached) == (40, 1)
    for row in rows.values():
        study = variants()
        reached = [u.steps_to_threshold for u in study.of(row.arm) if u.steps_to_threshold is not None]
        assert (row.reached, row.steps_low) == (len(reached), min(reached, default=None))


def test_accuracies_and_gains_stand_beside_the_papers() -> None:
    rows = {row.arm: row for row in compare(variants())}
    assert rows["fast"].best is not None
    assert rows["fast"].best.mean == pytest.approx(70)
    assert rows["fast"].gain == pytest.approx(70 - 55)
    assert rows["fast"].paper_gain == pytest.approx(0.8)
    assert rows["fast"].paper_fewer == pytest.approx(31 / 2.1)
    assert rows["faster"].paper_gain == pytest.approx(2.6)
    assert rows["sig"].paper_fewer is None
    assert rows["wild"].paper_gain is None


def test_a_study_without_a_plain_net_has_no_ratios() -> None:
    rows = compare(variants(arms=("baseline", "fast")))
    assert {row.fewer for row in rows} == {row.gain for row in rows} == {None}
    assert rows[0].steps == 20


def test_where_a_curve_first_gets_to() -> None:
    unit = variants().of("baseline")[0]
    assert [steps_until(unit, goal) for goal in (0.1, 0.31, 0.5, 0.61)] == [0, 20, 20, None]


def test_agreement_counts_what_the_seeds_decide() -> None:
    study = repeated(variants(), 3)
    found = agreement(study)
    # fast reaches the threshold 25 steps sooner; faster, not plain, is best; the rest is decided by hand.
    assert [v.verdict for v in found.verdicts] == ["as_expected", "opposite", "as_expected", "as_expected"]
    assert (found.seen, found.unseen, found.opposite, found.undecided, found.kind) == (3, 0, 1, 0, "part")
    assert agreement(variants()).kind == "few"  # two seeds
    first, second = study.expected[:2]
    assert agreement(replace(study, expected=(first,))).kind == "all"
    assert agreement(replace(study, expected=(second,))).kind == "none"
