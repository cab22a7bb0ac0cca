"""Statistics of feature maps: one mean a map (right) or one an activation (wrong), and how noisy each is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from bnviz.chapters.convolution.results import KINDS, MeanSpread
from bnviz.config import InputError

SIZES = (2, 4, 8, 16, 32, 64)
DRAWS = 400
_MOST_ACTIVATIONS = 512


@dataclass(frozen=True, slots=True)
class ValueCounts:
    """What a normalization of C feature maps of p x q has to estimate and to learn.

    Attributes:
        means: how many means (and as many variances) it estimates.
        values: values of a batch behind each of them.
        parameters: gamma and beta together.
    """

    means: int
    values: int
    parameters: int


def counts(kind: str, m: int, maps: int, p: int, q: int) -> ValueCounts:
    """Count statistics and parameters of a layer with C maps of p x q and a batch of m samples.

    Per map: C means of m p q values, 2 C parameters. Per activation: C p q means of m values, 2 C p q
    parameters.

    Args:
        kind: "map" or "activation".
        m: batch size.
        maps: C.
        p: height of a map.
        q: width of a map.

    Raises:
        InputError: another kind.

    Source: Ioffe & Szegedy 2015, sec. 3.2.
    """
    if kind not in KINDS:
        raise InputError(f"statistics are taken per {' or '.join(KINDS)}, got {kind!r}")
    if kind == "map":
        return ValueCounts(maps, m * p * q, 2 * maps)
    return ValueCounts(maps * p * q, m, 2 * maps * p * q)


def mean_spread(x: Tensor, kind: str, sizes: Sequence[int] = SIZES, draws: int = DRAWS, seed: int = 0) -> MeanSpread:
    """Draw many random batches of real feature maps and measure how their means scatter.

    Neighboring places of a map are alike, so that m p q values are worth fewer independent ones. Samples are
    independent of each other: a batch is drawn with replacement, and the mean of its means is what is exact.

    Args:
        x: (N, C, p, q), outputs of a convolution for N samples.
        kind: "map" (one mean a map) or "activation" (one mean for every channel and place).
        sizes: batch sizes.
        draws: batches per size.
        seed: of the draws.

    Raises:
        InputError: x is not (N, C, p, q), or nothing in it varies.
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
    values = _some(values[alive], seed).double()
    sd, means = values.flatten(1).std(1, correction=0), values.mean(2)  # (S,), (S, N)
    measured = np.asarray([_drawn(means, sd, size, draws, seed) for size in sizes])
    single = (means.std(1, correction=0) / sd).median().item()
    m = np.asarray(sizes, np.int64)
    return MeanSpread(
        m, m * per.values, 1 / np.sqrt(m * per.values), measured, single / np.sqrt(m), measured**-2.0, dead
    )


def _some(values: Tensor, seed: int) -> Tensor:
    """Thin thousands of statistics to a random few hundred: a median over them says as much."""
    if len(values) <= _MOST_ACTIVATIONS:
        return values
    random = torch.Generator().manual_seed(seed)
    return values[torch.randperm(len(values), generator=random)[:_MOST_ACTIVATIONS]]


def _drawn(means: Tensor, sd: Tensor, size: int, draws: int, seed: int) -> float:
    random = torch.Generator().manual_seed(seed)
    batches = torch.randint(means.shape[1], (draws, size), generator=random)
    drawn = means[:, batches].mean(2)  # (S, draws)
    return float((drawn.std(1, correction=0) / sd).median().item())
