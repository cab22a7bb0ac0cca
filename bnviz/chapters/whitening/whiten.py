"""Per-feature normalization against whitening: what each does to the covariance of a batch."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from bnviz.array_types import Floats
from bnviz.chapters.whitening.results import Whitened, WhiteningComparison
from bnviz.config import InputError

METHODS = ("per_feature", "zca", "iter_norm")
NEWTON_STEPS = 5


def correlated_batch(n_samples: int, n_features: int, rho: float, seed: int) -> Floats:
    """Return a batch (m, D) of Gaussian features: corr(i, j) = rho^|i-j|, scales between 0.5 and 3.

    Args:
        n_samples: m, at least 2.
        n_features: D, at least 2.
        rho: correlation of neighboring features, -1 < rho < 1.
        seed: of the draw.
    """
    if n_samples < 2 or n_features < 2 or not -1 < rho < 1:
        raise InputError(
            f"at least 2 samples, 2 features and -1 < rho < 1 are needed, got {n_samples}, {n_features}, {rho:g}"
        )
    rng = np.random.default_rng(seed)
    distance = np.abs(np.subtract.outer(np.arange(n_features), np.arange(n_features)))
    root = np.linalg.cholesky(np.power(float(rho), distance))
    scales = rng.permutation(np.geomspace(0.5, 3.0, n_features))
    return np.asarray(rng.standard_normal((n_samples, n_features)) @ root.T * scales + 2.0)


def covariance(x: Floats) -> Floats:
    """Return the covariance (D, D) of a batch (m, D), biased: divided by m."""
    centered = x - x.mean(0)
    return np.asarray(centered.T @ centered / len(x))


def correlation(x: Floats) -> Floats:
    """Return the correlation matrix (D, D) of a batch (m, D) without constant features."""
    sigma = covariance(x)
    std = np.sqrt(np.diag(sigma))
    return np.asarray(sigma / np.outer(std, std))


def per_feature(x: Tensor, eps: float = 1e-5) -> Tensor:
    """Normalize every feature of (m, D) by its own mean and variance: BN with gamma 1, beta 0."""
    done: Tensor = torch.nn.functional.batch_norm(x, None, None, training=True, eps=eps)
    return done


def zca(x: Tensor, eps: float = 1e-5) -> Tensor:
    """Whiten a batch (m, D): (x - mean) (Sigma + eps I)^(-1/2), the symmetric root.

    Source: Ioffe & Szegedy 2015, sec. 2 (Cov[x]^(-1/2) (x - E[x])); ZCA as in decorrelated BN
    (arXiv:1804.08450).
    """
    centered = x - x.mean(0)
    sigma = centered.T @ centered / len(x) + eps * torch.eye(x.shape[1], dtype=x.dtype)
    values, vectors = torch.linalg.eigh(sigma)
    white: Tensor = centered @ (vectors * values.rsqrt()) @ vectors.T
    return white


def iter_norm(x: Tensor, eps: float = 1e-5, n_steps: int = NEWTON_STEPS) -> Tensor:
    """Whiten a batch (m, D) approximately by Newton's iterations, without eigenvectors.

    S = Sigma / tr Sigma, P_0 = I, P_(k+1) = 1.5 P_k - 0.5 P_k^3 S; the root is P_T / sqrt(tr Sigma).

    Source: IterNorm (arXiv:1904.03441), T = 5.
    """
    centered = x - x.mean(0)
    eye = torch.eye(x.shape[1], dtype=x.dtype)
    sigma = centered.T @ centered / len(x) + eps * eye
    trace = sigma.trace()
    normed, root = sigma / trace, eye
    for _ in range(n_steps):
        root = 1.5 * root - 0.5 * (root @ root @ root) @ normed
    return centered @ root / trace.sqrt()


def compare_methods(x: Floats, eps: float = 1e-5) -> WhiteningComparison:
    """Normalize a batch (m, D) by every method of ``METHODS`` and measure the covariance of the outputs."""
    batch = torch.from_numpy(x)
    outputs = {
        "per_feature": per_feature(batch, eps).numpy(),
        "zca": zca(batch, eps).numpy(),
        "iter_norm": iter_norm(batch, eps).numpy(),
    }
    before, after = correlation(x), correlation(outputs["per_feature"])
    sigma = covariance(x)
    return WhiteningComparison(
        x=x,
        covariance=sigma,
        correlation=before,
        correlation_after=after,
        correlation_change=float(np.abs(after - before).max()),
        correlation_before=_off_diagonal(before),
        eigenvalues=np.linalg.eigvalsh(sigma)[::-1].clip(min=0),
        rank=int(np.linalg.matrix_rank(sigma, hermitian=True)),
        results=tuple(_result(method, outputs[method]) for method in METHODS),
    )


def _result(method: str, y: Floats) -> Whitened:
    sigma = covariance(y)
    eye = np.eye(len(sigma))
    far = float(np.linalg.norm(sigma - eye) / np.sqrt(len(sigma)))
    return Whitened(method, sigma, _off_diagonal(correlation(y)), far)


def _off_diagonal(matrix: Floats) -> float:
    return float(np.abs(matrix - np.diag(np.diag(matrix))).max())
