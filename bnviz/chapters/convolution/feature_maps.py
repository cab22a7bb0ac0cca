"""Statistics of feature maps: one mean per map (right) or per activation (wrong), and the noise of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from bnviz.chapters.convolution.results import KINDS, MeanSpread
from bnviz.config import InputError

SIZES = (2, 4, 8, 16, 32, 64)
N_DRAWS = 400
_MAX_ACTIVATIONS = 512


@dataclass(frozen=True, slots=True)
class ValueCounts:
    """Statistics and parameters of a normalization of C feature maps of p x q.

    Attributes:
        means: number of means, and of variances.
        values: number of values of a batch that each of them averages.
        parameters: number of gammas and betas.
    """

    means: int
    values: int
    parameters: int


def counts(kind: str, m: int, n_maps: int, p: int, q: int) -> ValueCounts:
    """Count the statistics and parameters of a layer with C maps of p x q for a batch of m samples.

    Per map: C means of m p q values, 2 C parameters. Per activation: C p q means of m values, 2 C p q
    parameters.

    Args:
        kind: "map" or "activation".
        m: batch size.
        n_maps: number of maps, C.
        p: height of a map.
        q: width of a map.

    Raises:
        InputError: another kind.

    Source: Ioffe & Szegedy 2015, sec. 3.2.
    """
    if kind not in KINDS:
        raise InputError(f"statistics are taken per {' or '.join(KINDS)}, got {kind!r:.80}")
    if kind == "map":
        return ValueCounts(n_maps, m * p * q, 2 * n_maps)
    return ValueCounts(n_maps * p * q, m, 2 * n_maps * p * q)


def mean_spread(
    x: Tensor, kind: str, sizes: Sequence[int] = SIZES, n_draws: int = N_DRAWS, seed: int = 0
) -> MeanSpread:
    """Draw many random batches of real feature maps and measure the spread of their means.

    Neighboring positions of a map are similar, so m p q values are worth fewer independent ones. Samples are
    independent of each other, because a batch is drawn with replacement.

    Args:
        x: (N, C, p, q), outputs of a convolution for N samples.
        kind: "map" (one mean per map) or "activation" (one mean per channel and position).
        sizes: batch sizes.
        n_draws: number of batches per size.
        seed: seed of the draws.

    Raises:
        InputError: x is not (N, C, p, q), or it is constant.
    """
    if x.dim() != 4 or len(x) < 2:
        raise InputError(f"feature maps are (N, C, p, q) with N of at least 2, got {tuple(x.shape)}")
    per = counts(kind, 1, *x.shape[1:])
    values = (x.transpose(0, 1) if kind == "map" else x.flatten(1).T.unsqueeze(-1)).flatten(2)
    each = values.flatten(1)  # (statistics, N * values of one sample)
    alive = each.amax(1) > each.amin(1)
    dead = 1 - alive.double().mean().item()
    if not alive.any():
        raise InputError("these feature maps are constant; there is nothing to average")
    values = _thinned(values[alive], seed).double()
    sd, means = values.flatten(1).std(1, correction=0), values.mean(2)  # (S,), (S, N)
    measured = np.asarray([_measured(means, sd, size, n_draws, seed) for size in sizes])
    single = (means.std(1, correction=0) / sd).median().item()
    m = np.asarray(sizes, np.int64)
    return MeanSpread(
        m, m * per.values, 1 / np.sqrt(m * per.values), measured, single / np.sqrt(m), measured**-2.0, dead
    )


def _thinned(values: Tensor, seed: int) -> Tensor:
    """Return a few hundred random ones of thousands of statistics, which are enough for a median."""
    if len(values) <= _MAX_ACTIVATIONS:
        return values
    random = torch.Generator().manual_seed(seed)
    return values[torch.randperm(len(values), generator=random)[:_MAX_ACTIVATIONS]]


def _measured(means: Tensor, sd: Tensor, size: int, n_draws: int, seed: int) -> float:
    """Return the standard deviation of random batch means in standard deviations of the values; median."""
    random = torch.Generator().manual_seed(seed)
    batches = torch.randint(means.shape[1], (n_draws, size), generator=random)
    drawn = means[:, batches].mean(2)  # (S, n_draws)
    return float((drawn.std(1, correction=0) / sd).median().item())
