"""Covariances before and after whitening, against numpy and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bnviz.chapters.whitening.whiten import (
    compare_methods,
    correlated_batch,
    correlation,
    covariance,
    iter_norm,
    per_feature,
    zca,
)
from bnviz.config import InputError


def test_covariance_and_correlation_are_numpys() -> None:
    x = correlated_batch(50, 4, 0.6, 0)
    np.testing.assert_allclose(covariance(x), np.cov(x.T, ddof=0))
    np.testing.assert_allclose(correlation(x), np.corrcoef(x.T))


def test_the_batch_is_correlated_as_asked() -> None:
    found = correlation(correlated_batch(200_000, 3, 0.7, 0))
    np.testing.assert_allclose(found, [[1, 0.7, 0.49], [0.7, 1, 0.7], [0.49, 0.7, 1]], atol=0.01)


def test_zca_gives_the_identity_and_is_the_symmetric_root() -> None:
    x = correlated_batch(200, 5, 0.8, 1)
    y = zca(torch.from_numpy(x), eps=0.0).numpy()
    np.testing.assert_allclose(covariance(y), np.eye(5), atol=1e-10)
    # Symmetric positive definite: the cross-covariance of input and output is Sigma^(1/2).
    root = (x - x.mean(0)).T @ y / len(x)
    np.testing.assert_allclose(root, root.T, atol=1e-10)
    np.testing.assert_allclose(root @ root, covariance(x), atol=1e-10)


def test_newtons_iterations_arrive_at_zca() -> None:
    x = torch.from_numpy(correlated_batch(200, 5, 0.5, 1))
    torch.testing.assert_close(iter_norm(x, n_steps=10), zca(x), rtol=1e-5, atol=1e-7)
    one_step = (x - x.mean(0)) / torch.from_numpy(covariance(x.numpy())).trace().sqrt()
    torch.testing.assert_close(iter_norm(x, eps=0.0, n_steps=0), one_step)


def test_per_feature_normalization_changes_no_correlation() -> None:
    x = correlated_batch(64, 6, 0.8, 2)
    found = compare_methods(x)
    assert found.correlation_change < 1e-12
    np.testing.assert_allclose(found.correlation_after, np.corrcoef(x.T))
    by_method = {each.method: each for each in found.results}
    assert by_method["per_feature"].correlation_left == pytest.approx(found.correlation_before)
    np.testing.assert_allclose(np.diag(by_method["per_feature"].covariance), 1, atol=1e-3)
    np.testing.assert_allclose(by_method["per_feature"].covariance, found.correlation, atol=1e-3)
    assert by_method["zca"].not_identity < 1e-3
    assert by_method["zca"].correlation_left < 1e-3
    assert 0 < by_method["iter_norm"].not_identity < by_method["per_feature"].not_identity


@pytest.mark.parametrize(("samples", "features", "rank"), [(4, 6, 3), (6, 6, 5), (64, 6, 6), (256, 6, 6)])
def test_a_small_batch_has_a_singular_covariance(samples: int, features: int, rank: int) -> None:
    found = compare_methods(correlated_batch(samples, features, 0.8, 0))
    assert found.rank == rank
    zca_left = next(each.not_identity for each in found.results if each.method == "zca")
    # A projection on `rank` directions is as far from the identity as the directions that it misses.
    assert zca_left == pytest.approx(np.sqrt((features - rank) / features), abs=2e-2)
    np.testing.assert_allclose(found.eigenvalues[rank:], 0, atol=1e-12)


def test_per_feature_is_batch_norm_without_gamma_and_beta() -> None:
    x = torch.from_numpy(correlated_batch(9, 3, 0.2, 0))
    torch.testing.assert_close(per_feature(x), torch.nn.BatchNorm1d(3).double()(x).detach())


@pytest.mark.parametrize(("samples", "features", "rho"), [(1, 3, 0.5), (9, 1, 0.5), (9, 3, 1.0)])
def test_impossible_batches_are_refused(samples: int, features: int, rho: float) -> None:
    with pytest.raises(InputError):
        correlated_batch(samples, features, rho, 0)
