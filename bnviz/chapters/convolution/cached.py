"""Cached results, recorded studies and small runs of the page on convolution."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from bnviz.chapters.convolution import feature_maps, late_bn, real_maps
from bnviz.chapters.convolution.late_bn_study import INSERT_AT, LateBnStudy, recorded_study
from bnviz.chapters.convolution.results import ArmCurve, MeanSpread, ShiftComparison
from bnviz.config import Experiment, InputError
from bnviz.progress import ProgressCallback

_HOUR = 3600
SIZES = feature_maps.SIZES
CONVOLUTIONS = real_maps.LAYERS
INSERT_STEPS = INSERT_AT
LAYERS = late_bn.LAYERS


@st.cache_data(max_entries=8, ttl=_HOUR, show_spinner=False)
def mean_spreads(layer: int) -> tuple[tuple[int, ...], dict[str, MeanSpread]]:
    """Return shape and spread of the batch means of one convolution (about 0.3 s)."""
    return real_maps.layer_spread(layer)


@st.cache_data(max_entries=1, ttl=_HOUR, show_spinner=False)
def shifted_digits() -> ShiftComparison:
    """Return the effect of shifting digits on both normalizations (about 0.1 s)."""
    return real_maps.first_layer_shift()


def late_bn_study() -> LateBnStudy | None:
    """Return the recorded study of late BN, or None where it is missing."""
    try:
        return recorded_study()
    except InputError:
        return None


def live(arms: tuple[str, ...]) -> Callable[[ProgressCallback], tuple[ArmCurve, ...]]:
    """Return a function that trains some arms now (about 2 s per arm)."""
    return lambda on_progress: late_bn.train_arms(arms, on_progress=on_progress)


def scene(step: int) -> Experiment:
    """Return the lab's experiment of BN inserted at a step."""
    return late_bn.scene(step)
