"""The data of the picture are the chapter's own: the unit's pre-activations, the digit, and the recorded study."""

from __future__ import annotations

import base64
import json

import numpy as np

from bnviz.chapters.regularization.jitter import digit, pre_activations
from bnviz.chapters.regularization.recipes import recorded_study
from bnviz.chapters.regularization.stage_data import DIGIT, SEED, UNIT, stage_data
from bnviz.chapters.regularization.summary import summarize


def test_the_values_are_one_units_pre_activations_in_half_precision() -> None:
    values = np.frombuffer(base64.b64decode(stage_data()["values"]), "<f2")
    expected = pre_activations(SEED)[:, UNIT]
    assert values.shape == (4000,)
    np.testing.assert_allclose(values, expected, rtol=1e-3, atol=1e-4)


def test_the_picture_is_that_of_the_digit() -> None:
    picture, label = digit(DIGIT)
    data = stage_data()
    assert data["label"] == label == 9
    found = np.array([[int(pixel) for pixel in row] for row in data["picture"]]) / 9
    assert np.abs(found - picture).max() <= 0.5 / 9 + 1e-9


def test_the_study_is_the_recorded_one() -> None:
    study, data = recorded_study().study, stage_data()["study"]
    assert (data["arms"], data["seeds"], data["steps"]) == (list(study.arms), list(study.seeds), list(study.steps))
    np.testing.assert_allclose(data["accuracy"], 100 * study.metric("test_accuracy"), atol=0.051)
    np.testing.assert_allclose(data["loss"], study.metric("test_loss"), atol=0.00051)


def test_what_the_step_says_of_the_study_is_true() -> None:
    found = {arm.arm: arm for arm in summarize(recorded_study().study)}
    study = stage_data()["study"]
    assert {name: said["answer"] for name, said in study["said"].items()} == {
        name: arm.verdict for name, arm in found.items()
    }
    accuracy = 100 * recorded_study().study.metric("test_accuracy")[..., -1]
    arms = list(recorded_study().study.arms)
    for name, partner in (("bn", "none"), ("bn_small", "none_small"), ("bn_large", "none_large")):
        gaps = accuracy[arms.index(name)] - accuracy[arms.index(partner)]
        half = 3.2498 * gaps.std(ddof=1) / 10**0.5  # Student's t with nine degrees of freedom
        low, high = gaps.mean() - half, gaps.mean() + half
        said = study["matched"][name]
        np.testing.assert_allclose([said["low"], said["high"]], [low, high], atol=1e-3)
        assert said["answer"] == ("higher" if low > 0 else "lower" if high < 0 else "open")
    # BN does not beat plain training in accuracy, at any of the three batch sizes; its loss is lower.
    for suffix in ("", "_small", "_large"):
        assert found[f"bn{suffix}"].test.mean < found[f"none{suffix}"].test.mean
        assert found[f"bn{suffix}"].loss.mean < found[f"none{suffix}"].loss.mean
    assert found["shift"].verdict == "higher"


def test_the_data_are_small() -> None:
    assert len(json.dumps(stage_data())) < 60_000
