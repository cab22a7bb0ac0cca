"""Algorithm 1 on a small batch, one sample moved, the way back, and the shape, against torch and numpy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bnviz.chapters.transform.batches import (
    DISTRIBUTIONS,
    PRESETS,
    batch_from_text,
    batch_to_text,
    check_affine,
    check_batch,
    draw_batch,
)
from bnviz.chapters.transform.forward import GAMMA_CHOICES, move_one, recover_identity, transform
from bnviz.chapters.transform.shape import moments, shape_of
from bnviz.config import InputError

GAMMA, BETA = np.array([2.0, -0.5, 1.0]), np.array([1.0, 0.0, -3.0])


def batch(samples: int = 8) -> np.ndarray:
    return draw_batch("skewed", samples, 3, 5)


@pytest.mark.parametrize("eps", [1e-5, 1.0])
def test_the_transform_is_torchs_batch_norm(eps: float) -> None:
    x = batch()
    done = transform(x, GAMMA, BETA, eps)
    arguments = (torch.from_numpy(each) for each in (GAMMA, BETA))
    expected = torch.nn.functional.batch_norm(torch.from_numpy(x), None, None, *arguments, True, eps=eps)
    np.testing.assert_allclose(done.y, expected.numpy(), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(done.var, x.var(0, ddof=0))
    np.testing.assert_allclose(done.std, np.sqrt(x.var(0) + eps))
    np.testing.assert_allclose((done.x_hat**2).mean(0), x.var(0) / (x.var(0) + eps))


def test_moving_one_number_moves_all_samples_of_its_feature_and_nothing_else() -> None:
    before = transform(batch(), GAMMA, BETA)
    move = move_one(before, sample=2, feature=1, by=4.0)
    assert move.others_moved == move.others == 7
    assert move.other_features_moved == 0
    assert move.x_shift == pytest.approx(4.0 * before.std[1])
    assert move.mean_shift == pytest.approx(move.x_shift / 8)
    change = np.abs(move.after.y - before.y)[:, 1]
    assert move.largest_other == pytest.approx(np.delete(change, 2).max())
    assert move.x_hat_now == move.after.x_hat[2, 1]
    np.testing.assert_array_equal(before.x, batch())


def test_a_move_of_nothing_moves_nothing() -> None:
    move = move_one(transform(batch(), GAMMA, BETA), 0, 0, 0.0)
    assert (move.others_moved, move.largest_other) == (0, 0.0)


@pytest.mark.parametrize("samples", [3, 8, 32])
def test_an_outlier_comes_near_its_limit_and_never_beyond(samples: int) -> None:
    before = transform(batch(samples), np.ones(3), np.zeros(3))
    far = move_one(before, 0, 0, 1e6)
    assert far.limit == pytest.approx(np.sqrt(samples - 1))
    assert far.x_hat_now == pytest.approx(far.limit, rel=1e-6)
    assert far.x_hat_now <= far.limit + 1e-9
    np.testing.assert_allclose(far.after.x_hat[1:, 0], -1 / np.sqrt(samples - 1), rtol=1e-4)


def test_only_what_is_in_the_batch_can_be_moved() -> None:
    with pytest.raises(InputError, match="8 x 3"):
        move_one(transform(batch(), GAMMA, BETA), 8, 0, 1.0)


@pytest.mark.parametrize("eps", [1e-5, 1.0])
def test_the_standard_deviation_restores_the_input_and_the_variance_does_not(eps: float) -> None:
    x = batch()
    tried = {found.choice: found for found in recover_identity(x, eps)}
    assert tuple(tried) == GAMMA_CHOICES
    assert tried["std"].error < 1e-12
    for choice, gamma in (("var", x.var(0)), ("one", np.ones(3))):
        expected = np.abs((x - x.mean(0)) * (gamma / np.sqrt(x.var(0) + eps) - 1)).max()
        assert tried[choice].error == pytest.approx(expected)
        assert tried[choice].error > 0.1


def test_the_variance_restores_the_input_when_it_is_one() -> None:
    x = (batch() - batch().mean(0)) / batch().std(0)
    assert {found.choice: found.error for found in recover_identity(x, 0.0)}["var"] < 1e-12


@pytest.mark.parametrize("name", DISTRIBUTIONS)
@pytest.mark.parametrize("eps", [1e-5, 1.0])
def test_normalization_keeps_the_shape(name: str, eps: float) -> None:
    shape = shape_of(name, 2000, 1, eps=eps)
    before, after = shape.moments_before, shape.moments_after
    assert after.mean == pytest.approx(0, abs=1e-12)
    assert after.var == pytest.approx(shape.expected_var, rel=1e-12)
    assert shape.expected_var == pytest.approx(before.var / (before.var + eps))
    assert after.skew == pytest.approx(before.skew, abs=1e-9)
    assert after.kurtosis == pytest.approx(before.kurtosis, rel=1e-9)


def test_moments_of_known_values() -> None:
    found = moments(np.array([-1.0, -1.0, -1.0, 3.0]))
    assert (found.mean, found.var, found.within_one) == (0.0, 3.0, 0.75)
    assert found.skew == pytest.approx(24 / 4 / 3**1.5)
    assert found.kurtosis == pytest.approx(84 / 4 / 9)


def test_two_bumps_are_no_bell_and_a_bell_is() -> None:
    assert shape_of("bimodal", 4000, 0).moments_after.kurtosis < 1.5
    assert shape_of("skewed", 4000, 0).moments_after.skew > 1.5
    assert shape_of("normal", 4000, 0).moments_after.within_one == pytest.approx(0.6827, abs=0.02)


@pytest.mark.parametrize(("name", "samples"), [("triangle", 100), ("normal", 3)])
def test_an_unknown_shape_or_too_few_samples_are_refused(name: str, samples: int) -> None:
    with pytest.raises(InputError):
        shape_of(name, samples, 0)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_drawn_batch_has_its_size_and_repeats(preset: str) -> None:
    found = draw_batch(preset, *PRESETS[preset], 3)
    assert found.shape == PRESETS[preset]
    np.testing.assert_array_equal(found, draw_batch(preset, *PRESETS[preset], 3))
    np.testing.assert_array_equal(found, np.round(found, 2))
    assert not np.array_equal(found, draw_batch(preset, *PRESETS[preset], 4))


def test_a_batch_survives_the_address() -> None:
    x = draw_batch("heavy", 32, 8, 0)
    np.testing.assert_array_equal(batch_from_text(batch_to_text(x), (32, 8)), x)
    assert batch_to_text(np.array([[1.0, -2.5], [0.25, 1e-7]])) == "1,-2.5_0.25,1e-07"


@pytest.mark.parametrize(
    "text", ["", "1,2_3", "1,2_3,x", "1,2_3,nan", "1,2_3,1e9", "1,2", "1,2_3,4_5,6", "1" * 5000, "1,inf_2,3"]
)
def test_a_link_of_something_else_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        batch_from_text(text, (2, 2))


def test_bad_cells_and_sizes_are_refused() -> None:
    for bad in (np.ones((2, 2)), np.ones((3, 9)), np.ones(5), np.full((3, 2), np.nan), np.full((3, 2), 1e5)):
        with pytest.raises(InputError):
            check_batch(bad)
    with pytest.raises(InputError):
        check_affine(np.ones((2, 3)), 2)
    with pytest.raises(InputError, match="unknown batch"):
        draw_batch("nothing", 3, 2, 0)
