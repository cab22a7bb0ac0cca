"""Which values of a block (N, C, P) share one mean, and what each way of sharing leaves behind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bnviz.array_types import Floats, Ints
from bnviz.chapters.relatives.results import Shared
from bnviz.norms.axes import averaging_axes

WAYS = ("batch", "layer", "group", "instance", "ghost", "per_activation")
"""Normalizers that differ in nothing but which values share a mean and a variance."""

EPS = 1e-5


@dataclass(frozen=True, slots=True)
class OneMean:
    """How many values share a mean, that mean, and their biased variance."""

    count: int
    mean: float
    variance: float


@dataclass(frozen=True, slots=True)
class Leftover:
    """What one way of sharing leaves of the means, as root mean squares, and whom a sample depends on.

    Attributes:
        way: one of ``WAYS``.
        count: values that share a mean (the smallest such number).
        means: how many means there are.
        channels: of the means of the channels, over images and places.
        images: of the means of the images, over channels and places.
        maps: of the means of single maps, one image and one channel.
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
    """Say which mean each value of a block belongs to, by number; see ``bnviz.norms.axes``.

    Args:
        way: one of ``WAYS``.
        shape: (N, C, P): images, channels, places of a map.
        groups: of channels.
        ghost_size: images of one ghost batch.

    Returns:
        (N, C, P), numbers from 0.

    Raises:
        InputError: an unknown way.

    Source: Wu & He 2018, section 3.1; Ioffe & Szegedy 2015, section 3.2; Hoffer et al. 2017 (ghost).
    """
    return averaging_axes(way, (*shape, 1), groups=groups, ghost_size=ghost_size)[..., 0]


def share(values: Floats, labels: Ints, eps: float = EPS) -> Shared:
    """Normalize every value by the mean and variance that it shares.

    mu_g = mean of the values labeled g; s2_g = their biased variance; x_hat = (x - mu_g)/sqrt(s2_g + eps).

    Args:
        values: (N, C, P).
        labels: (N, C, P), numbers from 0 without gaps.
        eps: added to the variance inside the root.
    """
    flat, count = labels.ravel(), np.bincount(labels.ravel())
    means = np.bincount(flat, values.ravel()) / count
    centered = values - means[labels]
    variances = np.bincount(flat, (centered**2).ravel()) / count
    return Shared(labels, count, means, variances, centered / np.sqrt(variances[labels] + eps))


def one_mean(shared: Shared, place: tuple[int, int, int]) -> OneMean:
    """Return the mean that the value at a place (image, channel, place, from 0) shares."""
    label = int(shared.labels[place])
    return OneMean(int(shared.counts[label]), float(shared.means[label]), float(shared.variances[label]))


def after(shared: Shared, place: tuple[int, int, int]) -> OneMean:
    """Return mean and variance of the same values after normalization: 0 and s2/(s2 + eps)."""
    members = shared.normalized[shared.labels == shared.labels[place]]
    return OneMean(len(members), float(members.mean()), float(members.var()))


def leftovers(values: Floats, others: Floats, groups: int, ghost_size: int) -> tuple[Leftover, ...]:
    """Measure, for every way, which means are gone and whether an image depends on its companions.

    Args:
        values: (N, C, P).
        others: (N, C, P), another block; all its images but the first stand in as other companions.
        groups: of group normalization.
        ghost_size: of ghost batches.
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
