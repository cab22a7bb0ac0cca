"""What normalization leaves alone: the shape of a distribution (skew and kurtosis, not mean and variance)."""

from __future__ import annotations

import numpy as np

from bnviz.array_types import Floats
from bnviz.chapters.transform.batches import DISTRIBUTIONS
from bnviz.chapters.transform.forward import transform
from bnviz.chapters.transform.results import SampleMoments, Shape
from bnviz.config import InputError


def moments(values: Floats) -> SampleMoments:
    """Return the moments of values (m,) that are not all the same; all of them biased (1/m)."""
    mean, var = float(values.mean()), float(values.var())
    standard = (values - mean) / np.sqrt(var)
    within = float((np.abs(values) <= 1).mean())
    return SampleMoments(mean, var, float((standard**3).mean()), float((standard**4).mean()), within)


def shape_of(name: str, n_samples: int, seed: int, shift: float = 3.0, scale: float = 2.0, eps: float = 1e-5) -> Shape:
    """Draw a feature and normalize it.

    Args:
        name: a name of ``DISTRIBUTIONS``.
        n_samples: m, at least 10.
        seed: of the draw.
        shift: added to the draw.
        scale: the draw is multiplied by it first; not 0.
        eps: epsilon of the normalization.

    Raises:
        InputError: an unknown name or too few samples.
    """
    if name not in DISTRIBUTIONS:
        raise InputError(f"unknown distribution {name!r:.80}; known are {', '.join(DISTRIBUTIONS)}")
    if n_samples < 10:
        raise InputError(f"n_samples must be at least 10, got {n_samples}")
    before = scale * DISTRIBUTIONS[name](np.random.default_rng(seed), (n_samples,)) + shift
    done = transform(before[:, None], np.ones(1), np.zeros(1), eps)
    after = done.y[:, 0]
    var = float(done.var[0])
    return Shape(name, before, after, moments(before), moments(after), var / (var + eps))
