"""Late BN and BN in some layers: names, a short run, the file, and the page's claims."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bnviz.chapters.convolution.curves import changes_of, curve_from_dict, curve_to_dict, inserted_at, normed_at
from bnviz.chapters.convolution.late_bn import scene, train_arms
from bnviz.chapters.convolution.late_bn_study import INSERT_AT, recorded_study
from bnviz.chapters.convolution.results import NEVER, START, ArmCurve
from bnviz.config import InputError


@pytest.fixture(scope="module")
def short() -> dict[str, ArmCurve]:
    told: list[tuple[int, int]] = []
    arms = (NEVER, inserted_at(20), START, normed_at([6], 6))
    curves = train_arms(arms, steps=60, on_progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (240, 240)
    return {curve.arm: curve for curve in curves}


def test_until_bn_comes_the_net_is_the_one_without(short: dict[str, ArmCurve]) -> None:
    never, inserted = short[NEVER], short["from20"]
    np.testing.assert_allclose(inserted.losses[:2], never.losses[:2], rtol=1e-6)
    assert inserted.losses[-1] < 0.8 * never.losses[-1]


def test_arms_keep_their_order_and_ten_steps_make_a_point(short: dict[str, ArmCurve]) -> None:
    assert list(short) == [NEVER, "from20", START, "at6"]
    for curve in short.values():
        assert curve.steps.tolist() == [4.5, 14.5, 24.5, 34.5, 44.5, 54.5]
        assert curve.tested.tolist() == [0, 25, 50, 60]


def test_names_of_arms() -> None:
    assert normed_at([], 6) == NEVER
    assert normed_at(range(1, 7), 6) == START
    assert normed_at([5, 1], 6) == "at1.5"
    assert changes_of("at1.5") == (("norm", "batch"), ("norm_at", "1.5"))
    assert changes_of("from30") == (("norm", "batch"), ("norm_from", 30))
    with pytest.raises(InputError, match="an arm is never, start, from<step> or at<layers>, got 'late'"):
        changes_of("late")


def test_the_lab_gets_bn_at_the_same_step() -> None:
    assert [dict(arm)["norm"] for arm in scene(200).arms] == ["none", "batch"]
    assert scene(200).base.norm_from == 200


def test_curves_survive_their_file(short: dict[str, ArmCurve]) -> None:
    curve = short["from20"]
    found = curve_from_dict(json.loads(json.dumps(curve_to_dict(curve))))
    assert (found.arm, found.seed, found.first_good_step) == (curve.arm, curve.seed, curve.first_good_step)
    np.testing.assert_allclose(found.losses, curve.losses, atol=1e-4)
    with pytest.raises(InputError, match="a curve needs arm, seed"):
        curve_from_dict({"arm": "start"})
    with pytest.raises(InputError, match="as many finite losses as steps"):
        curve_from_dict({**curve_to_dict(curve), "losses": [1.0]})


def final(arm: str) -> float:
    return float(np.mean([curve.final for curve in recorded_study().of(arm)]))


def test_what_the_page_says_of_late_bn_was_recorded() -> None:
    assert all(curve.final == pytest.approx(0.1) for curve in recorded_study().of(NEVER))
    for step in INSERT_AT:
        for curve in recorded_study().of(inserted_at(step)):
            assert 25 <= curve.first_good_step - step <= 75


def test_what_the_page_says_of_layers_was_recorded() -> None:
    whole = final(START)
    assert all(abs(final(f"at{layer}") - whole) < 0.01 for layer in (5, 6))
    assert all(final(f"at{layer}") < 0.15 for layer in (1, 2))
    assert final("at1.2.3") < final("at4")
