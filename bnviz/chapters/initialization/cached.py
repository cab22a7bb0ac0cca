"""Results of the chapter on learning rate and initialization, cached: an equal question is not computed twice."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.initialization import effective_lr, one_layer
from bnviz.chapters.initialization.equivalence import decay_against_growing_rate
from bnviz.chapters.initialization.results import EpsilonCurve, Equivalence, NormRun, ScaleCheck

NORM_STEPS = 300
_HOUR = 3600


@st.cache_data(max_entries=128, ttl=_HOUR, show_spinner=False)
def scale_check(scale: float, eps: float) -> ScaleCheck:
    """Return what autograd measures at a scale (about 10 ms)."""
    return one_layer.digits_at_scale(scale, eps)


@st.cache_data(max_entries=8, ttl=_HOUR, show_spinner=False)
def epsilon_curve(eps: float) -> EpsilonCurve:
    """Return what autograd measures over all scales (about 0.2 s)."""
    return one_layer.digits_over_scales(eps)


@st.cache_data(max_entries=16, ttl=_HOUR, show_spinner=False)
def norm_runs(lr: float, decay: float) -> dict[str, NormRun]:
    """Return the norms of the three arms over 300 steps (about 1 s)."""
    return effective_lr.norm_runs(lr, decay, NORM_STEPS)


@st.cache_data(max_entries=1, ttl=_HOUR, show_spinner=False)
def equivalence() -> Equivalence:
    """Return the three full-batch runs of 200 steps (about 1 s)."""
    return decay_against_growing_rate(0.1, 0.05, 200)
