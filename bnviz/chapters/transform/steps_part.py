"""A part of the chapter: algorithm 1 and the six equations line by line, with the gradient done wrong."""

from __future__ import annotations

import inspect
from typing import Any

import streamlit as st

from bnviz.backprop import batch_norm, cross_entropy, linear, network, nonlinearities, updates
from bnviz.chapters.transform.backward import backward, draw_target
from bnviz.chapters.transform.figures import gradients_figure
from bnviz.chapters.transform.formulas import BACKWARD, FORWARD, LINES, PER_SAMPLE, SYMBOLIC, autograd, filled, result
from bnviz.chapters.transform.results import Backward, Transform
from bnviz.text.numbers import percent_above
from bnviz.ui.chapter import figure, reason, section
from bnviz.ui.results import deviation
from bnviz.ui.text import t
from bnviz.ui.widgets import figure_style

SMALLEST_SHOWN_ERROR = 1e-6


def steps(done: Transform, seed: int) -> None:
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
    st.metric(t("transform.steps.difference"), deviation(back.difference), help=t("transform.steps.difference_help"))
    reason("transform.steps")
    _whole_network()
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


def _whole_network() -> None:
    """Show the code that does the same for all layers of a network; the lab trains by it."""
    with st.expander(t("transform.network.title")):
        st.markdown(t("transform.network.text"))
        files = (network, linear, batch_norm, nonlinearities, cross_entropy, updates)
        names = [f"{file.__name__.rsplit('.', 1)[-1]}.py" for file in files]
        for tab, file in zip(st.tabs(names), files, strict=True):
            tab.code(inspect.getsource(file), language="python")


def _wrong_way(back: Backward, column: int) -> None:
    section("transform.wrong")
    st.latex(
        r"\left.\frac{\partial \ell}{\partial x_i}\right|_{\mu_B,\,\sigma_B\ \mathrm{const.}} = "
        r"\frac{\partial \ell}{\partial \hat{x}_i} \frac{1}{\sqrt{\sigma_B^2 + \epsilon}}"
    )
    right, wrong = (
        percent_above(back.analytic_error, SMALLEST_SHOWN_ERROR),
        percent_above(back.detached_error, SMALLEST_SHOWN_ERROR),
    )
    alt = t("transform.alt.gradients", feature=column + 1, right=right, wrong=wrong)
    figure(gradients_figure(back, column, **figure_style()), alt, "gradients")
    first, second = st.columns(2)
    first.metric(t("transform.wrong.right_error"), right, help=t("transform.wrong.error_help"))
    second.metric(t("transform.wrong.wrong_error"), wrong, help=t("transform.wrong.error_help"))
    reason("transform.wrong")
