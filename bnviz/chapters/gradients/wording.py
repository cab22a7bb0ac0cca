"""Sentences and numbers of the chapter on gradients."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bnviz.chapters.gradients.results import Descent, DirectionalDerivative
from bnviz.chapters.gradients.surfaces import losses_at_end
from bnviz.telemetry.records import SurfaceRecord
from bnviz.text.numbers import MISSING, grouped_number
from bnviz.ui.results import deviation
from bnviz.ui.text import t


def derivative_numbers(found: DirectionalDerivative) -> dict[str, str]:
    """Return the numbers of a directional derivative, formatted, by the names of their places in the words."""
    level = np.isnan(found.steepest)
    return {
        "surface": t(f"gradients.surface.{found.surface}"),
        "theta": f"{found.theta:g}",
        "f_x": f"{found.gradient[0]:.3f}",
        "f_y": f"{found.gradient[1]:.3f}",
        "slope": f"{found.slope:.3f}",
        "norm": f"{found.norm:.3f}",
        "steepest": t("gradients.dial.flat") if level else f"{found.steepest:.1f}°",
        "last": deviation(found.remainders[-1]),
    }


def steps_taken(descent: Descent) -> str:
    """Return the number of updates to the optimum, or that descent diverged or did not reach it."""
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
    # Without braces LaTeX sets the comma as punctuation, with a space after it.
    values = {name: text.replace(",", "{,}") for name, text in values.items()}
    return t("gradients.scaling.formula", **values, max_lr=grouped_number(raw.max_lr))


def final_losses(record: SurfaceRecord) -> str:
    """Return the sentence on the loss at the current weights and the share of the path in the plane."""
    losses = [f"{loss:.3g}" for loss in losses_at_end(record)]
    shares = [f"{100 * share:.3g} %" if np.isfinite(share) else MISSING for share in record.captured]
    return t("gradients.nets.ends", none=losses[0], batch=losses[1], captured_none=shares[0], captured_batch=shares[1])
