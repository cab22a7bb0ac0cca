"""Parts of the chapter: scale invariance, the norm over a run, the scale of the start, the learning rate."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.initialization import cached, wording
from bnviz.chapters.initialization.figures import equivalence_figure, norms_figure, scale_figure, sweep_figure
from bnviz.chapters.initialization.recipes import NETS, live_sweep, recorded_sweep
from bnviz.chapters.initialization.results import FieldSweep
from bnviz.ui.chapter import figure, predict, reason, section
from bnviz.ui.results import live_note, recorded_note, run_button, table
from bnviz.ui.text import t
from bnviz.ui.widgets import choose, figure_style, value_slider

SCALES = (1e-4, 1e-3, 0.003, 0.01, 0.03, 0.1, 0.3, 0.5, 1.0, 2.0, 3.0, 10.0, 30.0, 100.0, 1000.0)
EPSILONS = (0.0, 1e-12, 1e-8, 1e-5, 1e-3, 0.1)
RATES = (0.1, 0.2, 0.5, 1.0)
DECAYS = (0.001, 0.003, 0.01, 0.03)


def scale() -> None:
    """One layer on real digits: the factor a on its weights, and where epsilon ends the invariance."""
    section("initialization.scale")
    if not predict("initialization.factor", ("larger", "same", "smaller", "zero"), "smaller"):
        return
    left, right = st.columns(2)
    a = value_slider(left, "a", "initialization.control.a", SCALES, 10.0)
    eps = value_slider(right, "bn_eps", "initialization.control.eps", EPSILONS, 1e-5)
    check, curve = cached.scale_check(a, eps), cached.epsilon_curve(eps)
    table(*wording.scale_table(check))
    figure(scale_figure(curve, a, **figure_style()), wording.scale_alt(check, curve.edge), "scale-figure")
    st.info(t("initialization.scale.try"), icon=":material/touch_app:")
    reason("initialization.scale")
    reason("initialization.epsilon")


def norm() -> None:
    """The norm of one layer over a run, and the effective learning rate."""
    section("initialization.norm")
    if not predict("initialization.grows", ("grows", "shrinks", "both"), "grows"):
        return
    left, right = st.columns(2)
    lr = value_slider(left, "eta", "initialization.control.lr", RATES, 0.5)
    decay = value_slider(right, "lambda", "initialization.control.decay", DECAYS, 0.01)
    with st.spinner(t("initialization.training"), show_time=True):
        found = cached.norm_runs(lr, decay)
    drawn = norms_figure(found, **figure_style())
    figure(drawn, wording.norms_alt(found), "norms-figure")
    table(*wording.norms_table(found))
    reason("initialization.norm")
    reason("initialization.decay")
    section("initialization.same")
    with st.spinner(t("initialization.training"), show_time=True):
        same = cached.equivalence()
    drawn = equivalence_figure(same, **figure_style())
    figure(drawn, t("initialization.alt.same"), "same-figure")
    st.markdown(wording.same_runs(same))
    reason("initialization.same")


def start() -> None:
    """The forward pass does not depend on the scale of the start weights, training does."""
    section("initialization.start")
    if not predict("initialization.hundred", ("same", "slower", "diverges"), "slower"):
        return
    net = choose(st.container(), "start_net", "initialization.control.net", tuple(NETS), "initialization.net")
    recorded = recorded_sweep("scale", net)
    recorded_note(recorded.provenance)
    _sweep(recorded.sweep, "initialization.fig.k", "start-figure")
    table(*wording.losses_table(recorded.sweep, (0.01, 0.1, 1.0, 10.0, 100.0)))
    reason("initialization.start")
    _small_version("scale", net, "initialization.fig.k")
    section("initialization.names")


def rate() -> None:
    """The sweep of learning rates: how far each arm can be pushed."""
    section("initialization.rate")
    if not predict("initialization.push", ("none", "two", "ten", "hundred"), "ten"):
        return
    net = choose(st.container(), "rate_net", "initialization.control.net", tuple(NETS), "initialization.net")
    recorded = recorded_sweep("rate", net)
    recorded_note(recorded.provenance)
    _sweep(recorded.sweep, "initialization.fig.lr", "rate-figure")
    st.markdown(t("initialization.rate.usable"))
    for place, (label, value, spread) in zip(st.columns(3), wording.usable_words(recorded.sweep), strict=True):
        place.metric(label, value)
        place.caption(spread)
    with st.expander(t("initialization.rate.outcomes")):
        table(*wording.outcomes_table(recorded.sweep))
    reason("initialization.rate")
    reason("initialization.bjorck")
    _small_version("rate", net, "initialization.fig.lr")


def _sweep(result: FieldSweep, axis: str, key: str) -> None:
    """Draw the figure of a sweep."""
    drawn = sweep_figure(result, axis, **figure_style())
    figure(drawn, wording.sweep_alt(result, axis), key)


def _small_version(kind: str, net: str, axis: str) -> None:
    """Offer to run a small version of a sweep now."""
    result = run_button(
        f"again_{kind}", net, t("initialization.again"), lambda on_progress: live_sweep(kind, net, 0, on_progress)
    )
    if result is not None:
        live_note()
        _sweep(result, axis, f"again-{kind}-figure")
