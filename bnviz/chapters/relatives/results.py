"""What the chapter on relatives computed: which values share a mean, and mean slopes."""

from __future__ import annotations

from dataclasses import dataclass

from bnviz.array_types import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """The means and variances that the values of a block share.

    Attributes:
        labels: (N, C, P), number of the mean that a value belongs to, from 0.
        counts: (G,), values of each mean.
        means: (G,).
        variances: (G,), biased.
        normalized: (N, C, P), before gamma and beta.
    """

    labels: Ints
    counts: Ints
    means: Floats
    variances: Floats
    normalized: Floats


@dataclass(frozen=True, slots=True, eq=False)
class SlopeCurve:
    """E[tanh'(sd z)] for z from N(0, 1): ``slopes`` (K,) over ``sds`` (K,), and at ``marks``."""

    sds: Floats
    slopes: Floats
    marks: tuple[float, ...]
    marked: tuple[float, ...]
