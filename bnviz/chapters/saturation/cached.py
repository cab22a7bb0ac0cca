"""What the page on saturation asks for, kept for a while: the same question is not computed twice."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.saturation import depth_sweep as depth
from bnviz.chapters.saturation import init_sweep
from bnviz.chapters.saturation.normal_input import flow, response
from bnviz.chapters.saturation.results import DepthResult, Flow, LayerRun, Response, StartSweep
from bnviz.telemetry.saturation import CURVES

__all__ = ["CURVES", "Flow", "Response", "depth_sweep", "flow", "response", "shares_at_start", "shares_over_run"]

_HOUR = 3600


@st.cache_data(max_entries=12, ttl=_HOUR, show_spinner=False)
def shares_at_start(curve: str) -> StartSweep:
    """Return every layer's shares before training, over the scale of the start weights (0.4 s)."""
    return init_sweep.shares_at_start(curve)


@st.cache_data(max_entries=64, ttl=_HOUR, show_spinner=False)
def shares_over_run(curve: str, scale: float, steps: int, lr: float = 0.1) -> LayerRun:
    """Return every layer's shares over a training (0.7 s per 100 steps)."""
    return init_sweep.shares_over_run(curve, scale, steps, lr)


@st.cache_data(max_entries=24, ttl=_HOUR, show_spinner=False)
def depth_sweep(curve: str, seed: int) -> DepthResult:
    """Return gradients through untrained nets of 2 to 50 layers (0.6 s)."""
    return depth.depth_sweep(curve, seed=seed)
