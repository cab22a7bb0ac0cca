"""The results of the chapter on relatives: the values that share a mean, and mean slopes."""

from __future__ import annotations

from dataclasses import dataclass

from bnviz.array_types import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """The means and variances that the values of a block share.

    Attributes:
        labels: (N, C, P), number of the mean of each value, from 0.
        counts: (G,), number of values per mean.
        means: (G,), the means.
        variances: (G,), the biased variances.
        normalized: (N, C, P), the normalized values before gamma and beta.
    """

    labels: Ints
    counts: Ints
    means: Floats
    variances: Floats
    normalized: Floats


@dataclass(frozen=True, slots=True, eq=False)
class SlopeCurve:
    """E[tanh'(sd z)] for z from N(0, 1): ``slopes`` (K,) over ``sds`` (K,), and ``marked`` at ``marks``."""

    sds: Floats
    slopes: Floats
    marks: tuple[float, ...]
    marked: tuple[float, ...]
