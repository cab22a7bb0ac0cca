"""Results of the chapter on gradients, cached: an equal question is not computed twice."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.gradients import surfaces
from bnviz.chapters.gradients.results import Descent
from bnviz.chapters.gradients.scaling import FORMS, descend
from bnviz.telemetry.records import SurfaceRecord
from bnviz.ui.tasks import paced

_HOUR = 3600


@st.cache_data(max_entries=48, ttl=_HOUR, show_spinner=False)
def real_surface(net: str, n_steps: int, plane: str, bn_stats: str) -> SurfaceRecord:
    """Return the loss around real twins after a short training (0.7 s per 100 steps)."""
    with paced():
        return surfaces.real_surface(net, n_steps, plane, bn_stats)


@st.cache_data(max_entries=200, ttl=_HOUR, show_spinner=False)
def descents(ratio: float, correlation: float, lr_share: float) -> tuple[Descent, ...]:
    """Return gradient descent on all forms of the features."""
    return tuple(descend(ratio, correlation, lr_share, form) for form in FORMS)
