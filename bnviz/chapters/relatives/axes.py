"""The values of a block (N, C, P) that share a mean, and the means that each way of sharing leaves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bnviz.array_types import Floats, Ints
from bnviz.chapters.relatives.results import Shared
from bnviz.norms.axes import averaging_axes

WAYS = ("batch", "layer", "group", "instance", "ghost", "per_activation")
"""Normalizers that differ only in the values that share a mean and a variance."""

EPS = 1e-5


@dataclass(frozen=True, slots=True)
class OneMean:
    """The number of values that share a mean, their mean, and their biased variance."""

    count: int
    mean: float
    variance: float


@dataclass(frozen=True, slots=True)
class Leftover:
    """The means that remain after one way of normalizing, as root mean squares, and the dependence on other images.

    Attributes:
        way: one of ``WAYS``.
        count: number of values that share a mean (the smallest such number).
        means: number of means.
        channels: of the means of the channels, over images and positions.
        images: of the means of the images, over channels and positions.
        maps: of the means of single maps, of one image and one channel.
        companions: largest change of the first image's values when all others are replaced.
    """

    way: str
    count: int
    means: int
    channels: float
    images: float
    maps: float
    companions: float


def sharing(way: str, shape: tuple[int, int, int], groups: int = 1, ghost_size: int = 2) -> Ints:
    """Return the number of the mean that each value of a block belongs to; see ``bnviz.norms.axes``.

    Args:
        way: one of ``WAYS``.
        shape: (N, C, P): images, channels, positions of a map.
        groups: number of groups of channels.
        ghost_size: number of images of one ghost batch.

    Returns:
        (N, C, P), numbers from 0.

    Raises:
        InputError: an unknown way.

    Source: Wu & He 2018, section 3.1; Ioffe & Szegedy 2015, section 3.2; Hoffer et al. 2017 (ghost).
    """
    return averaging_axes(way, (*shape, 1), groups=groups, ghost_size=ghost_size)[..., 0]


def share(values: Floats, labels: Ints, eps: float = EPS) -> Shared:
    """Normalize every value by its shared mean and variance.

    mu_g = mean of the values labeled g; s2_g = their biased variance; x_hat = (x - mu_g)/sqrt(s2_g + eps).

    Args:
        values: (N, C, P).
        labels: (N, C, P), numbers from 0 without gaps.
        eps: epsilon, added to the variance inside the root.
    """
    flat, count = labels.ravel(), np.bincount(labels.ravel())
    means = np.bincount(flat, values.ravel()) / count
    centered = values - means[labels]
    variances = np.bincount(flat, (centered**2).ravel()) / count
    return Shared(labels, count, means, variances, centered / np.sqrt(variances[labels] + eps))


def one_mean(shared: Shared, index: tuple[int, int, int]) -> OneMean:
    """Return the shared mean of the value at an index (image, channel, position), from 0."""
    label = int(shared.labels[index])
    return OneMean(int(shared.counts[label]), float(shared.means[label]), float(shared.variances[label]))


def one_mean_after(shared: Shared, index: tuple[int, int, int]) -> OneMean:
    """Return mean and variance of the same values after normalization: 0 and s2/(s2 + eps)."""
    members = shared.normalized[shared.labels == shared.labels[index]]
    return OneMean(len(members), float(members.mean()), float(members.var()))


def leftovers(values: Floats, others: Floats, groups: int, ghost_size: int) -> tuple[Leftover, ...]:
    """Measure, for every way, the means that remain and whether an image depends on the other images.

    Args:
        values: (N, C, P), the block.
        others: (N, C, P), another block; all its images but the first replace those of the block.
        groups: number of groups of group normalization.
        ghost_size: number of images of one ghost batch.
    """
    replaced = np.concatenate([values[:1], others[1:]])
    found = []
    for way in WAYS:
        labels = sharing(way, _shape(values), groups, ghost_size)
        shared, changed = share(values, labels), share(replaced, labels)
        found.append(
            Leftover(
                way=way,
                count=int(shared.counts.min()),
                means=len(shared.counts),
                channels=_rms(shared.normalized.mean((0, 2))),
                images=_rms(shared.normalized.mean((1, 2))),
                maps=_rms(shared.normalized.mean(2)),
                companions=float(np.abs(changed.normalized[0] - shared.normalized[0]).max()),
            )
        )
    return tuple(found)


def _shape(values: Floats) -> tuple[int, int, int]:
    n, c, p = values.shape
    return n, c, p


def _rms(values: Floats) -> float:
    return float(np.sqrt((values**2).mean()))
