"""Phases of training, on a study whose answer turns round when both nets have begun to learn, and on the recording."""

from __future__ import annotations

import numpy as np
import pytest

from bnviz.array_types import Floats
from bnviz.chapters.why.findings import ArmComparison, change, findings
from bnviz.chapters.why.phase_answers import phase_answer
from bnviz.chapters.why.phases import LEVELS, Phase, both_passed, pairs, passed_half
from bnviz.chapters.why.ratios import phase_moments, ratio_curve
from bnviz.chapters.why.recipes import recorded
from bnviz.chapters.why.study import ShiftStudy

STEPS = (0, 10, 50, 200, 400, 900, 1500, 2000)
SHIFTS = {"none": [1e-3] * 4 + [0.1] * 4, "batch": [0.02] * 4 + [0.05] * 4}
"""Without BN a plateau until step 400, where the layers barely disturb each other; then twice as much as with BN."""

ACCURACY = {"none": [0.1, 0.1, 0.1, 0.2, 0.5, 0.8, 0.9, 0.9], "batch": [0.1, 0.1, 0.6, 0.9, 0.9, 0.9, 0.9, 0.9]}
LOSS = {"none": [2.3, 2.3, 2.3, 2.2, 1.35, 0.6, 0.3, 0.1], "batch": [2.3, 1.3, 0.6, 0.3, 0.1, 0.05, 0.02, 0.01]}


def study(steps: int = len(STEPS)) -> ShiftStudy:
    """Three seeds that say the same."""

    def array(rows: dict[str, list[float]], layers: int = 0) -> np.ndarray:
        made = np.array([[rows[arm][:steps]] * 3 for arm in ("none", "batch")])
        return np.repeat(made[..., None], layers, -1) if layers else made

    values = {
        "l2": array(SHIFTS, 3),
        "jump_mean": array({arm: [2 * x for x in row] for arm, row in SHIFTS.items()}, 2),
        "accuracy": array(ACCURACY),
        "train_loss": array(LOSS),
    }
    return ShiftStudy("figure1", 0.5, ("none", "batch"), (0, 1, 2), STEPS[:steps], values)


def ratio(found: ShiftStudy, phase: Phase, quantity: str = "l2") -> np.ndarray:
    return change(found, ArmComparison(quantity, "batch", "none", phase=phase))


def test_half_of_the_final_accuracy_is_passed_where_it_is_first_reached() -> None:
    assert passed_half(study(), "none") == [4, 4, 4]  # 0.45 at step 400
    assert passed_half(study(), "batch") == [2, 2, 2]
    assert both_passed(study(), "batch", "none") == [4, 4, 4]
    assert phase_moments(study()) == [400, 400, 400]


def test_a_run_that_diverged_has_no_phases() -> None:
    found = study()
    found.values["accuracy"][0, 1, -1] = np.nan
    assert both_passed(found, "batch", "none") == [4, None, 4]
    assert np.isnan(ratio(found, "after")[1])


def test_each_phase_has_its_own_answer() -> None:
    for quantity in ("l2", "jump"):
        np.testing.assert_allclose(ratio(study(), "before", quantity), 20)
        np.testing.assert_allclose(ratio(study(), "after", quantity), 0.5)


def test_a_window_that_ends_on_the_plateau_gives_the_answer_of_the_plateau() -> None:
    """The former test looked at updates 0 to 400 and mixed what it found: it said 10 times more, where after is 0.5."""
    former = study(5)
    mixed = change(former, ArmComparison("l2", "batch", "none"))
    assert (mixed > 9).all()
    assert (ratio(study(), "after") < 1).all()


def test_every_step_is_in_one_phase() -> None:
    before, after = (pairs(study(), "batch", "none", phase)[0] for phase in ("before", "after"))
    assert before + after == pairs(study(), "batch", "none", "")[0] == [(k, k) for k in range(len(STEPS))]


def test_at_equal_loss_the_first_steps_with_a_loss_as_low_are_compared() -> None:
    found = pairs(study(), "batch", "none", "matched")[0]
    reached = [level for level in LEVELS if level >= 0.1]
    assert len(found) == len(reached)
    for (ours, theirs), level in zip(found, reached, strict=True):
        assert LOSS["batch"][ours] <= level < LOSS["batch"][ours - 1]
        assert LOSS["none"][theirs] <= level < LOSS["none"][theirs - 1]
    by_hand = [SHIFTS["batch"][ours] / SHIFTS["none"][theirs] for ours, theirs in found]
    np.testing.assert_allclose(ratio(study(), "matched"), np.exp(np.log(by_hand).mean()))


def test_a_curve_is_the_ratio_of_every_step() -> None:
    curve = ratio_curve(study(), "l2")
    np.testing.assert_allclose(curve.seeds, [[20.0] * 4 + [0.5] * 4] * 3)
    np.testing.assert_allclose(curve.mean, curve.seeds[0])
    np.testing.assert_allclose(curve.low, curve.high)


def test_a_step_without_a_value_has_no_ratio() -> None:
    found = study()
    found.values["l2"][0, :, 2] = 0
    curve = ratio_curve(found, "l2")
    assert np.isnan(curve.seeds[:, 2]).all()
    assert np.isnan(curve.mean[2])
    assert np.isfinite(curve.mean[3])


def shifted(before: Floats, after: Floats) -> ShiftStudy:
    """As many seeds as numbers, the shift with BN over without being these numbers before and after update 400."""
    found, ratios = study(), np.stack([before] * 4 + [after] * 4, -1)[..., None]
    seeds = len(before)
    values = {name: np.repeat(value[:, :1], seeds, 1) for name, value in found.values.items()}
    values["l2"] = np.stack([np.ones((seeds, 8, 3)), np.broadcast_to(ratios, (seeds, 8, 3))])
    return ShiftStudy("figure1", 0.5, ("none", "batch"), tuple(range(seeds)), STEPS, values)


TIGHT, WIDE = np.exp([-0.02, 0.01, 0.0, 0.01]), np.exp([-2.0, 2.0, 1.0, -1.0])


@pytest.mark.parametrize(
    ("before", "after", "directions", "said"),
    [
        (0.7 * TIGHT, 1.1 * WIDE, ["lower", "open"], "open"),  # one decided, one not: that alone is no difference
        (0.7 * TIGHT, 1.4 * TIGHT[::-1], ["lower", "higher"], "depends"),
        (0.7 * WIDE, 1.4 * WIDE * TIGHT, ["open", "open"], "depends"),  # each seed says twice as much: they are paired
        (WIDE, WIDE[::-1], ["open", "open"], "open"),  # that neither is decided does not make them equal
        (0.7 * TIGHT, 0.4 * TIGHT[::-1], ["lower", "lower"], "same"),
    ],
)
def test_the_phases_differ_only_where_after_over_before_excludes_1(
    before: Floats, after: Floats, directions: list[str], said: str
) -> None:
    found = shifted(before, after)
    asked = tuple(ArmComparison("l2", "batch", "none", phase=phase) for phase in ("before", "after"))
    assert [each.direction for each in findings(found, asked)] == directions
    compared = phase_answer(found, "l2", ("before", "after"))
    assert compared.said == said
    assert compared.ratio is not None
    logs = np.log(after / before)
    half = 5.841 * logs.std(ddof=1) / 2  # Student's t with 3 degrees of freedom
    ends = np.exp([logs.mean(), logs.mean() - half, logs.mean() + half])
    np.testing.assert_allclose((compared.ratio.mean, compared.ratio.low, compared.ratio.high), ends, rtol=1e-3)


@pytest.mark.parametrize("quantity", ["l2", "relative", "angle"])
def test_the_recorded_answer_of_2018_depends_on_the_phase(quantity: str) -> None:
    found = recorded().studies["figure1"]
    before, after = (
        findings(found, (ArmComparison(quantity, "batch", "none", phase=phase),))[0] for phase in ("before", "after")
    )
    assert before.direction == "higher"
    assert before.interval is not None
    assert after.interval is not None
    assert before.interval.low > 3 * after.interval.high
    assert phase_answer(found, quantity).said == "depends"
