"""The rule that turns runs into directions and verdicts, on hand-made studies."""

from __future__ import annotations

import numpy as np
import pytest

from bnviz.chapters.why.findings import DRIFT, LINEAR, NOISE, SHIFT, SMOOTH, ArmComparison, answer, change, findings
from bnviz.chapters.why.identity_in_net import identity_in_net
from bnviz.chapters.why.recipes import SCENES, SEEDS, kind, recorded, steps_of
from bnviz.chapters.why.study import ShiftStudy
from bnviz.config import InputError
from bnviz.studies.rule import FEWEST


def made(**values: list) -> ShiftStudy:
    """Two arms, three seeds, two steps."""
    arrays = {name: np.asarray(value, np.float64) for name, value in values.items()}
    return ShiftStudy("figure1", 0.1, ("none", "batch"), (0, 1, 2), (0, 5), arrays)


def both(none: object, batch: object) -> np.ndarray:
    """(2, 3, 2, 3): every seed, step and layer alike."""
    return np.stack([np.broadcast_to(np.asarray(x, float), (3, 2, 3)) for x in (none, batch)])


def test_ratios_are_geometric_means_without_the_first_layer() -> None:
    study = made(l2=both([99, 2, 4], [1, 4, 32]), norm=both([1, 2, 4], [1, 1, 1]))
    np.testing.assert_allclose(change(study, ArmComparison("l2", "batch", "none")), np.sqrt(2 * 8) * np.ones(3))
    expected = np.sqrt((4 / 1) * (32 / 1))
    np.testing.assert_allclose(change(study, ArmComparison("relative", "batch", "none")), expected)


def test_angles_are_compared_likewise_where_both_turned() -> None:
    study = made(cosine=both([1, 0.9, 0.7], [1, -1.0, 0.8]))
    np.testing.assert_allclose(change(study, ArmComparison("angle", "batch", "none")), np.sqrt(2 / 0.1 * 0.2 / 0.3))
    study = made(cosine=both([1, 1.0, 0.7], [1, -1.0, 0.8]))
    np.testing.assert_allclose(change(study, ArmComparison("angle", "batch", "none")), 0.2 / 0.3)


def test_walks_and_accuracies() -> None:
    low, high = np.ones((2, 3, 2)), np.full((2, 3, 2), 3.0)
    high[1] = 1.5
    accuracy = np.zeros((2, 3, 2))
    accuracy[1, :, 1] = [0.1, 0.2, -0.1]
    accuracy[0, 0, 1] = np.nan
    loss = np.full((2, 3, 2), 4.0)
    loss[1, :, 1] = 1
    study = made(loss_low=low, loss_high=high, accuracy=accuracy, loss=loss)
    np.testing.assert_allclose(change(study, ArmComparison("band", "batch", "none")), 0.25)
    np.testing.assert_allclose(change(study, ArmComparison("accuracy", "batch", "none")), [0, 20, -10])
    np.testing.assert_allclose(change(study, ArmComparison("learning", "batch", "none")), [0, 10, -5])
    np.testing.assert_allclose(change(study, ArmComparison("loss", "batch", "none")), 0.25)


def test_steps_that_one_arm_did_not_reach_do_not_count() -> None:
    values = np.full((2, 3, 2), 2.0)
    values[1, 0] = [4, np.nan]
    values[1, 1] = np.nan
    found = change(made(beta=values), ArmComparison("beta", "batch", "none"))
    assert found[0] == 2
    assert np.isnan(found[1])
    assert answer(ArmComparison("beta", "batch", "none", "lower"), found).verdict == "open"


@pytest.mark.parametrize(
    ("quantity", "paper", "changes", "direction", "verdict"),
    [
        ("l2", "not_lower", [1.24, 1.26, 1.25], "higher", "agrees"),
        ("l2", "not_lower", [1.2, 3.0, 1.1], "open", "open"),  # above in every seed, but they scatter too much
        ("l2", "not_lower", [np.nan, np.nan, np.nan], "open", "open"),
        ("l2", "not_lower", [0.5, 0.5, np.nan], "open", "open"),
        ("l2", "not_lower", [0.2, 0.21, 0.2], "lower", "disagrees"),
        ("beta", "lower", [0.2, 0.21, 0.2], "lower", "agrees"),
        ("beta", "lower", [0.2, 1.9, 0.1], "open", "open"),
        ("beta", "lower", [2.0, 1.9, 2.1], "higher", "disagrees"),
        ("beta", "lower", [0.2, 0.2], "open", "few"),
        ("beta", "", [0.2, 0.21, 0.2], "lower", ""),
        ("beta", "lower", [0.7, 0.8, 1.05, 0.75, 0.7, 0.8, 0.72, 0.75, 0.7, 0.78], "lower", "agrees"),
        ("accuracy", "higher", [0.2, 0.2, 0.21], "higher", "agrees"),
        ("accuracy", "close", [0.1, -0.1, 0.0], "open", "agrees"),
        ("accuracy", "close", [2.0, 1.9, 2.1], "higher", "disagrees"),
        ("accuracy", "close", [2.0, -1.9, 4.0], "open", "open"),
    ],
)
def test_the_rule(quantity: str, paper: str, changes: list[float], direction: str, verdict: str) -> None:
    found = answer(ArmComparison(quantity, "batch", "none", paper), np.array(changes))
    assert (found.direction, found.verdict) == (direction, verdict)
    assert (found.interval is None) == (not np.isfinite(changes).all())


def test_the_interval_is_that_of_the_one_rule() -> None:
    found = answer(ArmComparison("l2", "batch", "none"), np.array([2.0, 8.0, 4.0]))
    logs = np.log([2.0, 8.0, 4.0])
    half = 9.9248 * logs.std(ddof=1) / np.sqrt(3)  # Student's quantile 0.995 with 2 degrees
    assert found.interval is not None
    assert found.interval.mean == pytest.approx(4.0)
    assert np.log(found.interval.high) == pytest.approx(logs.mean() + half, rel=1e-4)


def test_questions_about_arms_that_are_not_there_are_left_out() -> None:
    study = made(accuracy=np.zeros((2, 3, 2)))
    assert [each.question.arm for each in findings(study, NOISE[:4])] == ["batch", "batch"]


def test_the_identity_holds_in_every_layer_of_a_trained_net() -> None:
    for found in identity_in_net(20, 16, 0.0):
        assert found.size == 16
        assert found.deviation(found.simple) < 1e-12
        np.testing.assert_allclose(found.simple, found.measured, rtol=1e-6)
    for found in identity_in_net(0, 16, 0.1):
        assert found.deviation(found.exact) < 1e-12 < found.deviation(found.simple)


@pytest.mark.parametrize("numbers", [(-1, 16, 0.0), (5000, 16, 0.0), (0, 1, 0.0), (0, 16, -1.0)])
def test_a_check_out_of_bounds_is_refused(numbers: tuple[int, int, float]) -> None:
    with pytest.raises(InputError, match="a check needs"):
        identity_in_net(*numbers)


@pytest.mark.parametrize("scene", SCENES)
def test_the_recording_is_whole(scene: str) -> None:
    study = recorded().studies[scene]
    assert study.seeds == tuple(range(len(study.seeds)))
    assert FEWEST <= len(study.seeds) <= len(SEEDS)
    assert study.steps == steps_of(scene)
    questions = LINEAR if kind(scene) == "linear" else (*SHIFT, *DRIFT, *SMOOTH, *NOISE)
    for found in findings(study, questions):
        assert len(found.changes) == len(study.seeds)
        assert found.direction in ("higher", "lower", "open")
    first = study.values["l2"][..., 0]
    assert (first[np.isfinite(first)] == 0).all()  # a plain VGG with noise may diverge


def test_the_small_net_is_recorded_from_all_seeds() -> None:
    assert recorded().studies["figure1"].seeds == SEEDS


def test_what_the_page_says_of_the_mode_holds_in_the_recording() -> None:
    found = findings(recorded().studies["vgg"], NOISE)
    pair = ("noisy", "none")
    noisy = [each for each in found if (each.question.arm, each.question.reference) == pair]
    changes = {each.question.quantity: each.changes for each in noisy}
    assert (changes["as_trained"] > 0).all()
    assert (changes["refreshed"] > 0).all()
    assert (changes["accuracy"] < 0).all() if "accuracy" in changes else (changes["learning"] < 0).all()
