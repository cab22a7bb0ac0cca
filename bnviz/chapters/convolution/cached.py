"""What the page on convolution asks for, kept for a while."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from bnviz.chapters.convolution import feature_maps, late_bn, real_maps
from bnviz.chapters.convolution.late_bn_study import INSERT_AT, InsertStudy, recorded_study
from bnviz.chapters.convolution.results import ArmCurve, MeanSpread, ShiftTest
from bnviz.config import Experiment, InputError

_HOUR = 3600
SIZES = feature_maps.SIZES
CONVOLUTIONS = real_maps.LAYERS
STEPS = INSERT_AT
LAYERS = late_bn.LAYERS


@st.cache_data(max_entries=8, ttl=_HOUR, show_spinner=False)
def spread(layer: int) -> tuple[tuple[int, ...], dict[str, MeanSpread]]:
    """Return how far batch means are off in one convolution (about 0.3 s)."""
    return real_maps.layer_spread(layer)


@st.cache_data(max_entries=1, ttl=_HOUR, show_spinner=False)
def shift() -> ShiftTest:
    """Return what moving a digit does to both normalizations (about 0.1 s)."""
    return real_maps.first_layer_shift()


def inserting() -> InsertStudy | None:
    """Return the recorded study of inserting BN, or None where it is not there."""
    try:
        return recorded_study()
    except InputError:
        return None


def live(arms: tuple[str, ...]) -> Callable[[Callable[[int, int], None]], tuple[ArmCurve, ...]]:
    """Return what trains some arms now (about 2 s an arm)."""
    return lambda progress: late_bn.train_arms(arms, progress=progress)


def scene(step: int) -> Experiment:
    """Return the lab's experiment of BN inserted at a step."""
    return late_bn.scene(step)
