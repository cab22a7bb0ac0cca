"""Overfitting: augmentation against numpy, the study's shape, its file and its recording."""

import json

import numpy as np
import pytest
import torch

from bnviz.chapters.regularization.overfit import ARMS, overfit_study, random_shift, shift_images, study_from_dict
from bnviz.chapters.regularization.recipes import live_study, recorded_study
from bnviz.chapters.regularization.results import METRICS
from bnviz.config import InputError
from bnviz.studies.rule import RECORDED_SEEDS


def test_a_shifted_image_is_numpys_roll_without_what_left():
    images = torch.rand(9, 2, 6, 5)
    dx = torch.tensor([-1, 0, 1] * 3)
    dy = torch.tensor([-1, -1, -1, 0, 0, 0, 1, 1, 1])
    moved = shift_images(images, dx, dy).numpy()
    for image, right, down, found in zip(images.numpy(), dx.tolist(), dy.tolist(), moved, strict=True):
        padded = np.pad(image, ((0, 0), (1, 1), (1, 1)))
        expected = np.roll(padded, (down, right), axis=(1, 2))[:, 1:-1, 1:-1]
        # What the roll carries around comes from the border of zeros, so nothing re-enters.
        np.testing.assert_array_equal(found, expected)


def test_all_nine_shifts_are_drawn_and_a_seed_repeats_them():
    images = torch.zeros(400, 1, 5, 5)
    images[:, 0, 2, 2] = 1
    first = random_shift(images, torch.Generator().manual_seed(1))
    again = random_shift(images, torch.Generator().manual_seed(1))
    assert torch.equal(first, again)
    assert (first.sum(0)[0, 1:4, 1:4] > 20).all()
    assert first.sum() == 400


@pytest.fixture(scope="module")
def study():
    return overfit_study(("none", "bn_small", "shift"), (0, 1), 20, n_samples=60, n_evaluations=2)


def test_a_study_begins_with_equal_twins(study):
    accuracy = study.metric("test_accuracy")
    assert study.steps == (0, 10, 20)
    assert accuracy.shape == (3, 2, 3)
    assert (accuracy[0, :, 0] == accuracy[2, :, 0]).all()  # same weights, digits not moved yet
    assert (study.metric("train_loss")[:, :, -1] < study.metric("train_loss")[:, :, 0]).all()


def test_a_study_is_repeated_by_its_seed(study):
    again = overfit_study(("shift",), (1,), 20, n_samples=60, n_evaluations=2)
    np.testing.assert_array_equal(again.values[0, 0], study.values[2, 1])


def test_a_study_survives_its_file(study):
    again = study_from_dict(json.loads(json.dumps(study.to_dict())))
    np.testing.assert_allclose(again.values, study.values, atol=1e-5)
    with pytest.raises(InputError):
        study_from_dict({**study.to_dict(), "values": [1.0]})


def test_the_live_form_is_bounded():
    with pytest.raises(InputError, match="choose 1 to 4"):
        live_study(tuple(ARMS)[:5], 0)
    with pytest.raises(InputError, match="choose 1 to 4"):
        live_study(("mixup",), 0)


def test_what_is_shipped_as_recorded():
    recorded = recorded_study()
    assert recorded.study.arms == tuple(ARMS)
    assert len(recorded.study.seeds) == RECORDED_SEEDS == 10  # "ten seeds", says the page
    assert recorded.study.values.shape[-1] == len(METRICS)
    assert {"date", "script", "versions"} <= set(recorded.provenance)
