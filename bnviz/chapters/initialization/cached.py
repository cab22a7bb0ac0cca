"""What the page on learning rate and initialization asks for, kept for a while."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from bnviz.chapters.initialization import effective_lr
from bnviz.chapters.initialization import equivalence as effective_lr_equivalence
from bnviz.chapters.initialization import one_layer as init_scale_layer
from bnviz.chapters.initialization import recipes as init_scale_recipes
from bnviz.chapters.initialization.effective_lr import NormRun
from bnviz.chapters.initialization.equivalence import Equivalence
from bnviz.chapters.initialization.invariance import ScaleCheck
from bnviz.chapters.initialization.results import EpsilonCurve
from bnviz.chapters.initialization.scale_sweep import Sweep

NETS = tuple(init_scale_recipes.NETS)
SCALES = (1e-4, 1e-3, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 1.0, 2.0, 3.0, 10.0, 30.0, 100.0, 1000.0)
EPSILONS = (0.0, 1e-12, 1e-8, 1e-5, 1e-3, 0.1)
RATES = (0.1, 0.2, 0.5, 1.0)
DECAYS = (0.001, 0.003, 0.01, 0.03)
NORM_STEPS = 300
_HOUR = 3600

recorded = init_scale_recipes.recorded_sweep


@st.cache_data(max_entries=128, ttl=_HOUR, show_spinner=False)
def check(scale: float, eps: float) -> ScaleCheck:
    """Return what autograd measures at a scale (about 10 ms)."""
    return init_scale_layer.digits_at_scale(scale, eps)


@st.cache_data(max_entries=len(EPSILONS), ttl=_HOUR, show_spinner=False)
def curve(eps: float) -> EpsilonCurve:
    """Return the same over all scales (about 0.2 s)."""
    return init_scale_layer.digits_over_scales(eps)


@st.cache_data(max_entries=16, ttl=_HOUR, show_spinner=False)
def norms(lr: float, decay: float) -> dict[str, NormRun]:
    """Return the three arms' norms over 300 steps (about 1 s)."""
    return effective_lr.norm_runs(lr, decay, NORM_STEPS)


@st.cache_data(max_entries=1, ttl=_HOUR, show_spinner=False)
def equivalence() -> Equivalence:
    """Return the three full-batch runs of 200 steps (about 1 s)."""
    return effective_lr_equivalence.decay_against_growing_rate(0.1, 0.05, 200)


def live(kind: str, net: str) -> Callable[[Callable[[int, int], None]], Sweep]:
    """Return what runs the small form of a sweep (about 1.5 s)."""
    return lambda progress: init_scale_recipes.live_sweep(kind, net, 0, progress)
