"""Parts of the chapter: the batch in numbers, one sample moved, the input recovered, the shape."""

from __future__ import annotations

from typing import Any

import streamlit as st

from bnviz.chapters.transform.batches import DISTRIBUTIONS
from bnviz.chapters.transform.figures import cells_figure, coupling_figure, recovery_figure, shape_figure
from bnviz.chapters.transform.forward import move_one, recover_identity
from bnviz.chapters.transform.results import SampleMoments, Transform
from bnviz.chapters.transform.shape import shape_of
from bnviz.text.numbers import latex_number
from bnviz.ui.chapter import figure, predict, reason, section
from bnviz.ui.text import t
from bnviz.ui.widgets import choose, figure_style, slider

SHAPES = tuple(DISTRIBUTIONS)
SHAPE_SAMPLES = 4000


def batch_numbers(done: Transform) -> None:
    """Draw the batch's cells (x, x_hat, y) and its statistics."""
    samples, features = done.x.shape
    figure(cells_figure(done, **figure_style()), t("transform.alt.cells", samples=samples, features=features), "cells")
    names = [t("transform.figure.feature", number=place + 1) for place in range(features)]
    rows: dict[str, list[Any]] = {t("transform.stats.name"): ["μ", "σ²", "√(σ² + ε)"]}
    for place, name in enumerate(names):
        rows[name] = [f"{values[place]:.5g}" for values in (done.mean, done.var, done.std)]
    st.dataframe(rows, hide_index=True, alt=t("transform.alt.stats"))


def coupling(done: Transform, seed: int) -> None:
    """Move one number and see which outputs move."""
    section("transform.coupling")
    if not predict("transform.coupled", ("own", "column", "all"), "column"):
        return
    samples, features = done.x.shape
    left, middle, right = st.columns([1, 1, 2])
    sample = left.slider(t("transform.control.which_sample"), 1, samples, 1, key="sample", bind="query-params")
    column = middle.slider(t("transform.control.which_feature"), 1, features, 1, key="feature", bind="query-params")
    by = slider(right, "move", "transform.control.move", (-10.0, 10.0, 0.5), 3.0)
    move = move_one(done, sample - 1, column - 1, by)
    alt = t(
        "transform.alt.coupling",
        sample=sample,
        feature=column,
        by=f"{by:g}",
        moved=move.others_moved,
        largest=f"{move.largest_other:.3g}",
    )
    figure(coupling_figure(move, **figure_style()), alt, "coupling")
    shown = (
        ("others", f"{move.others_moved} / {move.others}"),
        ("largest", f"{move.largest_other:.3g}"),
        ("elsewhere", str(move.other_features_moved)),
        ("now", f"{move.x_hat_now:.3f}"),
        ("limit", f"{move.limit:.3f}"),
    )
    for place, (name, value) in zip(st.columns(len(shown)), shown, strict=True):
        place.metric(t(f"transform.coupling.{name}"), value, help=t(f"transform.coupling.{name}_help"))
    st.latex(
        r"\Delta\mu_B = \frac{\Delta x}{m} = "
        + rf"\frac{{{latex_number(move.x_shift)}}}{{{samples}}} = {latex_number(move.mean_shift)}"
    )
    reason("transform.coupling")
    reason("transform.limit")
    st.info(t("transform.coupling.try"), icon=":material/touch_app:")


def undo(done: Transform, seed: int) -> None:
    """Which gamma gives the input back."""
    section("transform.restore")
    if not predict("transform.undo", ("var", "std", "one"), "std"):
        return
    tried = recover_identity(done.x, done.eps)
    errors = {found.choice: f"{found.error:.3g}" for found in tried}
    figure(recovery_figure(tried, done.x, **figure_style()), t("transform.alt.restore", **errors), "restore")
    for place, (choice, error) in zip(st.columns(len(errors)), errors.items(), strict=True):
        place.metric(t(f"transform.figure.gamma.{choice}"), error, help=t("transform.restore.error_help"))
    st.latex(r"y_i = \sqrt{\sigma_B^2 + \epsilon}\;\hat{x}_i + \mu_B = x_i")
    reason("transform.restore")
    reason("transform.fixed")


def shape(done: Transform, seed: int) -> None:
    """The shape of a distribution before and after."""
    section("transform.shape")
    if not predict("transform.bell", ("bell", "same", "flat"), "same"):
        return
    name = choose(st.container(), "shape", "transform.control.shape", SHAPES, "transform.batches")
    found = shape_of(name, SHAPE_SAMPLES, seed, eps=done.eps)
    before, after = found.moments_before, found.moments_after
    alt = t(
        "transform.alt.shape",
        name=t(f"transform.batches.{name}"),
        skew=f"{after.skew:.3f}",
        kurtosis=f"{after.kurtosis:.3f}",
    )
    figure(shape_figure(found, **figure_style()), alt, "shapes")
    rows: dict[str, list[str]] = {t("transform.stats.name"): [], "x": [], "x̂": [], "N(0, 1)": []}
    normal = {"mean": "0", "var": "1", "skew": "0", "kurtosis": "3", "within_one": "68.27 %"}
    for moment, standard in normal.items():
        cells = (t(f"transform.stats.{moment}"), _moment(before, moment), _moment(after, moment), standard)
        for column, text in zip(rows.values(), cells, strict=True):
            column.append(text)
    st.dataframe(rows, hide_index=True, alt=t("transform.alt.moments"))
    var = latex_number(before.var)
    st.latex(
        r"\mathrm{Var}[\hat{x}] = \frac{\sigma_B^2}{\sigma_B^2 + \epsilon} = "
        + rf"\frac{{{var}}}{{{var} + {latex_number(done.eps)}}} = {found.expected_var:.6f}"
    )
    reason("transform.shape")


def _moment(moments: SampleMoments, name: str) -> str:
    value = float(getattr(moments, name))
    return f"{100 * value:.2f} %" if name == "within_one" else f"{round(value, 5) + 0.0:.5f}"
