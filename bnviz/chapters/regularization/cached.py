"""Results of the chapter on regularization, cached: an equal question is not computed twice."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.regularization import batch_noise, dropout_shift
from bnviz.chapters.regularization.jitter import digit_jitter
from bnviz.chapters.regularization.results import DropoutShift, Jitter, StatisticNoise
from bnviz.ui.tasks import paced

_HOUR = 3600


@st.cache_data(max_entries=8, ttl=_HOUR, show_spinner=False)
def statistic_noise(seed: int) -> StatisticNoise:
    """Return the spread of batch statistics of N(0, 1) (about 0.1 s)."""
    return batch_noise.statistic_noise(seed=seed)


@st.cache_data(max_entries=32, ttl=_HOUR, show_spinner=False)
def jitter(index: int) -> Jitter:
    """Return the jitter of one digit (about 0.4 s)."""
    return digit_jitter(index)


@st.cache_data(max_entries=32, ttl=_HOUR, show_spinner=False)
def dropout(p: float) -> DropoutShift:
    """Return the variances of a net trained with dropout and BN (about 0.5 s)."""
    with paced():
        return dropout_shift.dropout_shift(p)
