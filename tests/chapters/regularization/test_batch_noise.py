"""Noise of batch statistics against sampling, torch's layer and closed forms."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from bnviz.chapters.regularization.batch_noise import (
    jitter,
    predicted_spread,
    sd_of_mean,
    sd_of_variance,
    statistic_noise,
    variance_shift,
    variance_with_dropout,
)


def test_formulas_are_those_of_the_normal_distribution():
    assert [round(sd_of_mean(m), 2) for m in (2, 8, 32, 128)] == [0.71, 0.35, 0.18, 0.09]
    assert [round(sd_of_variance(m), 2) for m in (2, 8, 32, 128)] == [0.71, 0.47, 0.25, 0.12]


def test_the_variance_of_two_values_is_that_by_which_bn_divides():
    noise = statistic_noise((2, 4), n_batches=4000)
    np.testing.assert_allclose(noise.var_sampled, [np.sqrt(2) / 2, np.sqrt(6) / 4], rtol=0.06)


def test_draws_agree_with_the_formulas():
    noise = statistic_noise((2, 16, 128), n_batches=4000)
    np.testing.assert_allclose(noise.mean_sampled, noise.mean_formula, rtol=0.05)
    np.testing.assert_allclose(noise.var_sampled, noise.var_formula, rtol=0.1)


@pytest.fixture(scope="module")
def values():
    return np.random.default_rng(1).gamma(2.0, size=(2000, 6)) * 3 + 1


def test_x_hat_of_the_fixed_sample_is_torchs(values):
    population = jitter(values[:20], 4, sizes=(20,), n_batches=1)
    x = torch.from_numpy(values[:20])
    expected = F.batch_norm(x, None, None, training=True)[4]
    np.testing.assert_allclose(population.x_hat[0, 0], expected.numpy(), rtol=1e-9)
    np.testing.assert_allclose(population.population, expected.numpy(), rtol=1e-4)


def test_jitter_falls_as_one_over_the_root_of_the_batch(values):
    found = jitter(values, 7, sizes=(16, 64, 256), n_batches=400)
    assert found.slope == pytest.approx(-0.5, abs=0.08)
    np.testing.assert_allclose(found.typical[1:], found.predicted[1:], rtol=0.12)
    np.testing.assert_allclose(found.spread[2], predicted_spread(values, 7, 256), rtol=0.25)


def test_two_samples_are_always_at_one_and_minus_one(values):
    pairs = jitter(values, 7, sizes=(2,), n_batches=50)
    assert np.median(abs(pairs.x_hat)) == pytest.approx(1, abs=1e-3)
    assert abs(pairs.x_hat).max() <= 1


def test_dropout_adds_the_variance_that_the_formula_says():
    random = torch.Generator().manual_seed(0)
    u = torch.rand(200, 30, generator=random, dtype=torch.float64)
    weight = torch.randn(5, 30, generator=random, dtype=torch.float64)
    many = u.repeat(500, 1)
    masks = torch.empty_like(many).bernoulli_(0.6, generator=random) / 0.6
    sampled = ((many * masks) @ weight.T).var(0, correction=0)
    torch.testing.assert_close(variance_with_dropout(weight, u, 0.4), sampled, rtol=0.03, atol=0)
    plain = (u @ weight.T).var(0, correction=0)
    assert (variance_shift(sampled, plain) < 1).all()
    torch.testing.assert_close(variance_with_dropout(weight, u, 0.0), plain)
