"""What the page on gradients asks for, kept for a while, and its numbers as people read them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from bnviz.chapters.gradients import surfaces as real_surfaces
from bnviz.chapters.gradients.directional import SURFACES, dial, heights
from bnviz.chapters.gradients.results import REACH, Descent, Dial
from bnviz.chapters.gradients.scaling import FORMS, descend
from bnviz.telemetry.records import SurfaceRecord
from bnviz.text.numbers import grouped_number
from bnviz.ui.text import t

__all__ = ["FORMS", "REACH", "SURFACES", "dial", "heights"]

_HOUR = 3600


@st.cache_data(max_entries=48, ttl=_HOUR, show_spinner=False)
def surface(net: str, steps: int, plane: str, bn_stats: str) -> SurfaceRecord:
    """Return the loss around real twins after a short training (0.7 s per 100 steps)."""
    return real_surfaces.real_surface(net, steps, plane, bn_stats)


@st.cache_data(max_entries=200, ttl=_HOUR, show_spinner=False)
def descents(ratio: float, correlation: float, share: float) -> tuple[Descent, ...]:
    """Return gradient descent on all forms of the features."""
    return tuple(descend(ratio, correlation, share, form) for form in FORMS)


def dial_words(found: Dial) -> dict[str, str]:
    """Return the numbers of a dial."""
    level = np.isnan(found.steepest)
    return {
        "surface": t(f"gradients.surface.{found.surface}"),
        "theta": f"{found.theta:g}",
        "f_x": f"{found.gradient[0]:.3f}",
        "f_y": f"{found.gradient[1]:.3f}",
        "slope": f"{found.slope:.3f}",
        "norm": f"{found.norm:.3f}",
        "steepest": t("gradients.dial.flat") if level else f"{found.steepest:.1f}°",
        "last": f"{found.remainders[-1]:.1e}",
    }


def steps(descent: Descent) -> str:
    """Return how many updates it took, or that it never arrived."""
    if descent.diverged:
        return t("gradients.scaling.diverged")
    return t("gradients.scaling.never") if descent.steps is None else grouped_number(descent.steps)


def conditions(found: Sequence[Descent]) -> dict[str, str]:
    """Return the condition number of each form, by its name."""
    return {descent.form: grouped_number(descent.condition) for descent in found}


def formula(raw: Descent) -> str:
    """Return the formulas of condition number and largest rate with the numbers of the raw features."""
    large, small = (grouped_number(float(value)) for value in raw.eigenvalues)
    values = {"large": large, "small": small, "condition": grouped_number(raw.condition)}
    # A comma would be set as punctuation in a formula.
    values = {name: text.replace(",", "{,}") for name, text in values.items()}
    return t("gradients.scaling.formula", **values, max_lr=grouped_number(raw.max_lr))


def ends(record: SurfaceRecord) -> str:
    """Return the sentence on the loss at the current weights and the share of the path in the plane."""
    losses = [f"{loss:.3g}" for loss in real_surfaces.losses_at_end(record)]
    shares = [f"{100 * share:.3g} %" if np.isfinite(share) else "–" for share in record.captured]
    return t("gradients.nets.ends", none=losses[0], batch=losses[1], captured_none=shares[0], captured_batch=shares[1])
