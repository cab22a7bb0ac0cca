"""The parts of the transform chapter: one sample moved, line by line, the way back, the shape."""

from __future__ import annotations

from typing import Any

import streamlit as st

from bnviz.chapters.transform.backward import backward, draw_target
from bnviz.chapters.transform.batches import DISTRIBUTIONS
from bnviz.chapters.transform.figures import cells, coupling, gradients, shape, way_back
from bnviz.chapters.transform.formulas import BACKWARD, FORWARD, LINES, PER_SAMPLE, SYMBOLIC, autograd, filled, result
from bnviz.chapters.transform.forward import move_one, restore
from bnviz.chapters.transform.results import Backward, Transform
from bnviz.chapters.transform.shape import shape_of
from bnviz.text.numbers import latex_number, percent_above
from bnviz.ui.chapter import figure, predict, reason, section
from bnviz.ui.text import t
from bnviz.ui.widgets import choose, figure_style, slider

SHAPES = tuple(DISTRIBUTIONS)
SHAPE_SAMPLES = 4000
SMALLEST = 1e-6


def numbers(done: Transform) -> None:
    """Draw the batch's cells (x, x_hat, y) and its statistics."""
    samples, features = done.x.shape
    figure(cells(done, **figure_style()), t("transform.alt.cells", samples=samples, features=features), "cells")
    names = [t("transform.figure.feature", number=place + 1) for place in range(features)]
    rows: dict[str, list[Any]] = {t("transform.stats.name"): ["μ", "σ²", "√(σ² + ε)"]}
    for place, name in enumerate(names):
        rows[name] = [f"{values[place]:.5g}" for values in (done.mean, done.var, done.std)]
    st.dataframe(rows, hide_index=True, alt=t("transform.alt.stats"))


def coupled(done: Transform, seed: int) -> None:
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
    figure(coupling(move, **figure_style()), alt, "coupling")
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


def slow_motion(done: Transform, seed: int) -> None:
    """Walk through algorithm 1 and the six equations, one line at a time."""
    section("transform.steps")
    samples, features = done.x.shape
    back = backward(done, draw_target(samples, features, seed))
    left, middle, right = st.columns([2, 1, 1])
    at = left.slider(t("transform.control.line"), 1, len(LINES), 1, key="line", bind="query-params")
    column = middle.slider(t("transform.control.which_feature"), 1, features, 1, key="column", bind="query-params")
    row = right.slider(t("transform.control.which_sample"), 1, samples, 1, key="row", bind="query-params")
    listing, now = st.columns([1, 2.4])
    listing.markdown("\n".join(_listing(at)))
    with now:
        _line(LINES[at - 1], done, back, column - 1, row - 1)
    _samples_table(done, back, column - 1, at)
    st.metric(t("transform.steps.difference"), f"{back.difference:.1e}", help=t("transform.steps.difference_help"))
    reason("transform.steps")
    _wrong_way(back, column - 1)


def _listing(at: int) -> list[str]:
    lines = []
    for place, line in enumerate(LINES, 1):
        if line in (FORWARD[0], "loss", BACKWARD[0]):
            part = {FORWARD[0]: "forward", "loss": "loss", BACKWARD[0]: "backward"}[line]
            lines += ["", f"**{t(f'transform.steps.{part}')}**", ""]
        words = t(f"transform.line.{line}.name")
        lines.append(f"{place}. :primary[**{words}**] ◀" if place == at else f"{place}. {words}")
    return lines


def _line(line: str, done: Transform, back: Backward, column: int, row: int) -> None:
    which = t(
        "transform.steps.of_sample" if line in PER_SAMPLE else "transform.steps.of_feature",
        feature=column + 1,
        sample=row + 1,
    )
    st.markdown(f"{t(f'transform.line.{line}.text')} {which}")
    st.latex(SYMBOLIC[line])
    working, end = filled(line, done, back, column, row).rsplit(" = ", 1)
    # The result on a line of its own: a long sum may run out of a narrow page.
    st.latex(f"= {working}")
    st.latex(rf"= \mathbf{{{end}}}")
    if line in BACKWARD:
        hand, torch_says = result(line, done, back, column, row), autograd(line, back, column, row)
        st.caption(t("transform.steps.check", hand=f"{hand:.10g}", autograd=f"{torch_says:.10g}"))


def _samples_table(done: Transform, back: Backward, column: int, at: int) -> None:
    reached = LINES[:at]
    shown: dict[str, list[Any]] = {
        t("transform.control.sample"): [str(place + 1) for place in range(len(done.x))],
        "x": [f"{value:g}" for value in done.x[:, column]],
    }
    parts = (
        ("x_hat", "x̂", done.x_hat),
        ("y", "y", done.y),
        ("loss", "t", back.target),
        ("loss", "∂ℓ/∂y", back.grad_y),
        ("grad_x_hat", "∂ℓ/∂x̂", back.by_hand.x_hat),
        ("grad_x", "∂ℓ/∂x", back.by_hand.x),
        ("grad_x", t("transform.steps.autograd"), back.autograd.x),
    )
    for line, name, values in parts:
        if line in reached:
            shown[name] = [f"{value:.5g}" for value in values[:, column]]
    st.dataframe(shown, hide_index=True, alt=t("transform.alt.steps"))


def _wrong_way(back: Backward, column: int) -> None:
    section("transform.wrong")
    st.latex(
        r"\left.\frac{\partial \ell}{\partial x_i}\right|_{\mu_B,\,\sigma_B\ \mathrm{const.}} = "
        r"\frac{\partial \ell}{\partial \hat{x}_i} \frac{1}{\sqrt{\sigma_B^2 + \epsilon}}"
    )
    right, wrong = percent_above(back.nudge_error, SMALLEST), percent_above(back.wrong_error, SMALLEST)
    alt = t("transform.alt.gradients", feature=column + 1, right=right, wrong=wrong)
    figure(gradients(back, column, **figure_style()), alt, "gradients")
    first, second = st.columns(2)
    first.metric(t("transform.wrong.right_error"), right, help=t("transform.wrong.error_help"))
    second.metric(t("transform.wrong.wrong_error"), wrong, help=t("transform.wrong.error_help"))
    reason("transform.wrong")


def undo(done: Transform, seed: int) -> None:
    """Which gamma gives the input back."""
    section("transform.restore")
    if not predict("transform.undo", ("var", "std", "one"), "std"):
        return
    tried = restore(done.x, done.eps)
    errors = {found.choice: f"{found.error:.3g}" for found in tried}
    figure(way_back(tried, done.x, **figure_style()), t("transform.alt.restore", **errors), "restore")
    for place, (choice, error) in zip(st.columns(len(errors)), errors.items(), strict=True):
        place.metric(t(f"transform.figure.gamma.{choice}"), error, help=t("transform.restore.error_help"))
    st.latex(r"y_i = \sqrt{\sigma_B^2 + \epsilon}\;\hat{x}_i + \mu_B = x_i")
    reason("transform.restore")
    reason("transform.fixed")


def bell(done: Transform, seed: int) -> None:
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
    figure(shape(found, **figure_style()), alt, "shapes")
    rows: dict[str, list[str]] = {t("transform.stats.name"): [], "x": [], "x̂": [], "N(0, 1)": []}
    normal = {"mean": "0", "var": "1", "skew": "0", "kurtosis": "3", "within_one": "68.27 %"}
    for moment, standard in normal.items():
        cells_ = (t(f"transform.stats.{moment}"), _moment(before, moment), _moment(after, moment), standard)
        for column, text in zip(rows.values(), cells_, strict=True):
            column.append(text)
    st.dataframe(rows, hide_index=True, alt=t("transform.alt.moments"))
    var = latex_number(before.var)
    st.latex(
        r"\mathrm{Var}[\hat{x}] = \frac{\sigma_B^2}{\sigma_B^2 + \epsilon} = "
        + rf"\frac{{{var}}}{{{var} + {latex_number(done.eps)}}} = {found.expected_var:.6f}"
    )
    reason("transform.shape")


def _moment(moments: object, name: str) -> str:
    value = getattr(moments, name)
    return f"{100 * value:.2f} %" if name == "within_one" else f"{round(value, 5) + 0.0:.5f}"
