"""Results of the chapter on whitening, cached: an equal question is not computed twice."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.whitening.bias_drift import GRADIENTS, bias_drift, drift_target
from bnviz.chapters.whitening.cost import measure_cost
from bnviz.chapters.whitening.detached import train_with_and_without_detaching
from bnviz.chapters.whitening.results import BiasDrift, DetachedStatsPair, WhiteningComparison, WhiteningCost
from bnviz.chapters.whitening.whiten import compare_methods, correlated_batch
from bnviz.progress import ProgressCallback
from bnviz.ui.tasks import paced

NET_STEPS = 300
"""Updates of the two nets."""

_HOUR = 3600


@st.cache_data(max_entries=16, ttl=_HOUR, show_spinner=False)
def bias_drifts(mean: float, lr: float, n_steps: int, head_learns: bool) -> tuple[BiasDrift, ...]:
    """Return the run with a detached mean, and the one whose gradient goes through the mean."""
    target = drift_target(mean)
    return tuple(bias_drift(target, gradient, lr, n_steps, head_learns=head_learns) for gradient in GRADIENTS)


@st.cache_data(max_entries=16, ttl=_HOUR, show_spinner=False)
def trained_nets(lr: float, seed: int) -> DetachedStatsPair:
    """Return the training of both nets (about a second)."""
    with paced():
        return train_with_and_without_detaching(lr, NET_STEPS, seed)


@st.cache_data(max_entries=16, ttl=_HOUR, show_spinner=False)
def whitening_comparison(n_samples: int, n_features: int, rho: float, seed: int) -> WhiteningComparison:
    """Return the covariances of a correlated batch before and after every method."""
    return compare_methods(correlated_batch(n_samples, n_features, rho, seed))


def cost(on_progress: ProgressCallback) -> WhiteningCost:
    """Measure the cost of whitening over the width of a layer, on this machine, now (some seconds)."""
    return measure_cost(on_progress=on_progress)
