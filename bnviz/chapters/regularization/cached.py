"""What the page on regularization asks for, kept for a while."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from bnviz.array_types import Floats
from bnviz.chapters.regularization import batch_noise
from bnviz.chapters.regularization import dropout_shift as overfit_dropout
from bnviz.chapters.regularization import jitter as overfit_jitter
from bnviz.chapters.regularization import recipes as overfit_recipes
from bnviz.chapters.regularization.dropout_shift import DropoutShift
from bnviz.chapters.regularization.overfit import ARMS, OverfitStudy
from bnviz.chapters.regularization.results import Jitter, StatisticNoise

SIZES = batch_noise.SIZES
DROPS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8)
OTHERS = tuple(arm for arm in ARMS if arm != "none")
_HOUR = 3600

recorded = overfit_recipes.recorded_study


@st.cache_data(max_entries=8, ttl=_HOUR, show_spinner=False)
def noise(seed: int) -> StatisticNoise:
    """Return the spread of batch statistics of N(0, 1) (about 0.1 s)."""
    return batch_noise.statistic_noise(seed=seed)


@st.cache_data(max_entries=32, ttl=_HOUR, show_spinner=False)
def jitter(index: int) -> Jitter:
    """Return the jitter of one digit (about 0.4 s)."""
    return overfit_jitter.digit_jitter(index)


def digit(index: int) -> tuple[Floats, int]:
    """Return one digit's picture and label."""
    return overfit_jitter.digit(index)


@st.cache_data(max_entries=32, ttl=_HOUR, show_spinner=False)
def dropout(p: float) -> DropoutShift:
    """Return the variances of a net trained with dropout and BN (about 0.5 s)."""
    return overfit_dropout.dropout_shift(p)


def live(arms: tuple[str, ...]) -> Callable[[Callable[[int, int], None]], OverfitStudy]:
    """Return what runs some arms in small (about 0.5 s an arm)."""
    return lambda progress: overfit_recipes.live_study(arms, 0, progress)
