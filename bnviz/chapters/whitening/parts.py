"""Parts of the chapter: a bias that drifts, a net with detached statistics, covariances, the price."""

from __future__ import annotations

from typing import Any

import streamlit as st

from bnviz.chapters.whitening import cached
from bnviz.chapters.whitening.figures import (
    correlations_figure,
    cost_figure,
    covariances_figure,
    detached_figure,
    drift_figure,
)
from bnviz.chapters.whitening.results import BiasDrift, WhiteningComparison, WhiteningCost
from bnviz.text.numbers import SINGLE, latex_number
from bnviz.ui.chapter import figure, predict, reason, section
from bnviz.ui.results import deviation, run_button
from bnviz.ui.text import t
from bnviz.ui.widgets import figure_style, slider

NET_RATES = (0.1, 0.5, 2.0)
NET_SEEDS = 5
"""Few, because a test checks the words on the two nets for each of them."""
RATES = (0.01, 0.05, 0.1, 0.5, 1.0)


def bias() -> None:
    """The thought experiment of section 2: a bias, and a mean that the gradient does not depend on."""
    section("whitening.drift")
    st.latex(
        r"x_i = u_i + b, \qquad \hat{x}_i = x_i - \frac{1}{m} \sum_{k=1}^m x_k, \qquad "
        r"\ell = \frac{1}{2m} \sum_{i=1}^m (\hat{x}_i + c - t_i)^2"
    )
    if not predict("whitening.drifts", ("settle", "grow", "still"), "grow"):
        return
    columns = st.columns([1.2, 1.2, 1, 1])
    mean = slider(columns[0], "target_mean", "whitening.control.target", (-2.0, 2.0, 0.1), 0.5)
    rate = columns[1].select_slider(
        t("whitening.control.rate"), RATES, 0.1, key="rate", bind="query-params", format_func=lambda v: f"{v:g}"
    )
    n_steps = columns[2].slider(t("whitening.control.steps"), 50, 1000, 200, 50, key="steps", bind="query-params")
    learns = columns[3].toggle(
        t("whitening.control.head"), key="head", bind="query-params", help=t("whitening.control.head_help")
    )
    runs = cached.bias_drifts(mean, float(rate), n_steps, learns)
    outside, through = runs
    alt = t("whitening.alt.drift", outside=f"{outside.last:.3g}", through=f"{through.last:.3g}")
    figure(drift_figure(runs, **figure_style()), alt, "drift")
    shown = (
        ("outside", f"{outside.last:.4f}"),
        ("through", deviation(through.last)),
        ("loss_change", deviation(outside.loss_change)),
        ("difference", deviation(outside.difference)),
    )
    for place, (name, value) in zip(st.columns(len(shown)), shown, strict=True):
        place.metric(t(f"whitening.drift.{name}"), value, help=t(f"whitening.drift.{name}_help"))
    st.latex(_closed_form(outside, mean, float(rate), n_steps, learns))
    reason("whitening.drift_learns" if learns else "whitening.drift")
    reason("whitening.through")
    st.info(t("whitening.drift.try"), icon=":material/touch_app:")


def _closed_form(run: BiasDrift, mean: float, rate: float, n_steps: int, learns: bool) -> str:
    end = latex_number(run.closed_form[-1])
    if learns:
        return (
            r"b_t = b_0 + \bar{t}\, \left(1 - (1 - \eta)^t\right), \qquad "
            rf"b_{{{n_steps}}} = {latex_number(mean)} \cdot "
            rf"\left(1 - {latex_number(1 - rate)}^{{{n_steps}}}\right) = {end}"
        )
    return (
        r"b_t = b_0 - \eta\, t\, g, \quad g = \sum_i \frac{\partial \ell}{\partial \hat{x}_i} = "
        rf"-\bar{{t}} = {latex_number(-mean)}, \qquad "
        rf"b_{{{n_steps}}} = 0 - {latex_number(rate)} \cdot {n_steps} \cdot ({latex_number(-mean)}) = {end}"
    )


def net() -> None:
    """The same mistake in a real net."""
    section("whitening.net")
    left, right = st.columns([3, 1])
    rate = left.select_slider(
        t("whitening.control.rate"),
        NET_RATES,
        0.5,
        key="net_rate",
        bind="query-params",
        format_func=lambda value: f"{value:g}",
    )
    seed = right.number_input(t("whitening.control.seed"), 0, NET_SEEDS - 1, 0, key="net_seed", bind="query-params")
    with st.spinner(t("whitening.net.training"), show_time=True):
        found = cached.trained_nets(float(rate), int(seed))
    outside, through = found.arms
    values = {
        "loss_outside": f"{outside.loss[-1]:.3f}",
        "loss_through": f"{through.loss[-1]:.3f}",
        "bias_outside": f"{outside.bias_norm[-1]:.2f}",
        "bias_through": deviation(through.bias_norm[-1], SINGLE, outside.bias_norm[-1]),
        "weights_outside": f"{outside.weight_norm[-1]:.1f}",
        "weights_through": f"{through.weight_norm[-1]:.1f}",
        "weights_start": f"{through.weight_norm[0]:.1f}",
        "steps": cached.NET_STEPS,
    }
    figure(detached_figure(found.arms, **figure_style()), t("whitening.alt.net", **values), "net")
    st.markdown(t("whitening.net.found", **values))
    reason("whitening.net")
    reason("whitening.blows_up")


def covariance() -> None:
    """The covariance after per-feature normalization and after whitening."""
    section("whitening.covariance")
    if not predict("whitening.decorrelate", ("zero", "less", "same"), "same"):
        return
    columns = st.columns(4)
    rho = slider(columns[0], "rho", "whitening.control.rho", (0.0, 0.95, 0.05), 0.8)
    n_features = columns[1].slider(t("whitening.control.features"), 2, 32, 6, key="dims", bind="query-params")
    n_samples = columns[2].select_slider(
        t("whitening.control.samples"), (4, 8, 16, 32, 64, 256, 1024), 256, key="m", bind="query-params"
    )
    seed = columns[3].number_input(t("whitening.control.seed"), 0, 99, 0, key="data_seed", bind="query-params")
    found = cached.whitening_comparison(n_samples, n_features, rho, int(seed))
    before = f"{found.correlation_before:.2f}"
    left = {result.method: f"{result.correlation_left:.2f}" for result in found.results}
    figure(
        covariances_figure(found, **figure_style()),
        t("whitening.alt.covariances", before=before, **left),
        "covariances",
    )
    rows: dict[str, list[Any]] = {
        t("whitening.table.method"): [t(f"whitening.figure.{result.method}") for result in found.results],
        t("whitening.table.left"): [f"{result.correlation_left:.5f}" for result in found.results],
        t("whitening.table.far"): [f"{result.not_identity:.5f}" for result in found.results],
    }
    st.dataframe(rows, hide_index=True, alt=t("whitening.alt.table"))
    reason("whitening.covariance")
    _same_correlations(found)
    section("whitening.singular")
    shown = (("rank", f"{found.rank} / {n_features}"), ("smallest", f"{found.eigenvalues[-1]:.2g}"))
    for place, (name, value) in zip(st.columns(2), shown, strict=True):
        place.metric(t(f"whitening.singular.{name}"), value, help=t(f"whitening.singular.{name}_help"))
    reason("whitening.singular")
    st.info(t("whitening.singular.try"), icon=":material/touch_app:")


def _same_correlations(found: WhiteningComparison) -> None:
    section("whitening.correlation")
    change = deviation(found.correlation_change)
    figure(correlations_figure(found, **figure_style()), t("whitening.alt.correlations", change=change), "correlations")
    st.metric(t("whitening.correlation.change"), change, help=t("whitening.correlation.change_help"))
    reason("whitening.correlation")


def price() -> None:
    """The cost of whitening over the width of a layer, measured on this machine on request."""
    section("whitening.price")
    found: WhiteningCost | None = run_button(
        "measure", None, t("whitening.price.measure"), cached.cost, ":material/timer:"
    )
    if found is None:
        st.caption(t("whitening.price.nothing"))
    else:
        last = {name: f"{values[-1]:.0f}" for name, values in found.ratio.items()}
        width = int(found.widths[-1])
        figure(cost_figure(found, **figure_style()), t("whitening.alt.cost", width=width, **last), "cost")
        st.markdown(t("whitening.price.found", width=width, samples=found.n_samples, repeats=found.repeats, **last))
        reason("whitening.price")
    st.latex(
        r"\text{BN: } O(m D) \qquad \text{ZCA: } O(m D^2 + D^3) \qquad "
        r"\text{IterNorm: } O(m D^2 + T D^3)"
    )
    reason("whitening.others")
    section("whitening.so")
