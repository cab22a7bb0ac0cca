"""The mean slope of tanh for normal inputs: the reason why recurrent networks start with gamma at 0.1."""

from __future__ import annotations

import numpy as np

from bnviz.chapters.relatives.results import SlopeCurve
from bnviz.telemetry.saturation import normal_input_stats

STARTS = (0.1, 0.5, 1.0, 2.0)
"""Standard deviations that are marked; the study compares the first and the third as initial gammas."""


def mean_slope(sd: float) -> float:
    """Return E[tanh'(sd z)] for z from N(0, 1).

    Source: Cooijmans et al. 2016, who give it as the reason for a small gamma.
    """
    return normal_input_stats("tanh", 0.0, sd).derivative


def slope_curve(n_points: int = 61, max_sd: float = 3.0) -> SlopeCurve:
    """Return the mean slope over standard deviations from 0 to ``max_sd``."""
    sds = np.linspace(0.0, max_sd, n_points)
    return SlopeCurve(sds, np.array([mean_slope(sd) for sd in sds]), STARTS, tuple(mean_slope(sd) for sd in STARTS))
