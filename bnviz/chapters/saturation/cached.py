"""Results of the chapter on saturation, cached: an equal question is not computed twice."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.saturation import init_sweep
from bnviz.chapters.saturation.depth_sweep import depth_sweep
from bnviz.chapters.saturation.results import DepthResult, InitScaleSweep, LayerRun

_HOUR = 3600


@st.cache_data(max_entries=12, ttl=_HOUR, show_spinner=False)
def layer_stats_at_start(curve: str) -> InitScaleSweep:
    """Return every layer's statistics before training, over the scale of the start weights (0.4 s)."""
    return init_sweep.layer_stats_at_start(curve)


@st.cache_data(max_entries=64, ttl=_HOUR, show_spinner=False)
def layer_stats_over_run(curve: str, scale: float, n_steps: int, lr: float = 0.1) -> LayerRun:
    """Return every layer's statistics during training (0.7 s per 100 steps)."""
    return init_sweep.layer_stats_over_run(curve, scale, n_steps, lr)


@st.cache_data(max_entries=48, ttl=_HOUR, show_spinner=False)
def gradients_by_depth(curve: str, seed: int, scale: float = 1.0) -> DepthResult:
    """Return the gradients through untrained nets of 2 to 50 layers (0.6 s)."""
    return depth_sweep(curve, seed=seed, scale=scale)
