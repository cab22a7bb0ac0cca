"""How much gradient tanh lets through when its input is normal: why recurrent nets start gamma at 0.1."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bnviz.chapters.relatives.results import SlopeCurve
from bnviz.telemetry.saturation import normal_input_stats

STARTS = (0.1, 0.5, 1.0, 2.0)
"""Standard deviations that are marked; the first and the third are the starts that the study compares."""


def mean_slope(sd: float) -> float:
    """Return E[tanh'(sd z)] for z from N(0, 1).

    Source: Cooijmans et al. 2016, who give it as the reason for a small gamma.
    """
    return normal_input_stats("tanh", 0.0, sd).derivative


def slope_curve(points: int = 61, largest: float = 3.0) -> SlopeCurve:
    """Return the mean slope over standard deviations from 0 to ``largest``."""
    sds = np.linspace(0.0, largest, points)
    return SlopeCurve(sds, np.array([mean_slope(sd) for sd in sds]), STARTS, tuple(mean_slope(sd) for sd in STARTS))


SIZES = (32, 16, 8, 4, 2)
"""Images per GPU; eight GPUs, statistics of BN over one GPU's images."""

ERRORS: Mapping[str, tuple[float, ...]] = {
    "batch": (23.6, 23.7, 24.8, 27.3, 34.7),
    "group": (24.1, 24.2, 24.0, 24.2, 24.1),
}
"""Validation error in %, in the order of ``SIZES``. Source: Wu & He 2018 (arXiv 1803.08494)."""

ERRORS_AT_32: Mapping[str, float] = {"layer": 25.3, "instance": 28.4}
"""Validation error in % at 32 images per GPU. Source: as above."""
