"""Learning rate and initialization: what BN makes of the size of the weights, and what it does not."""

import streamlit as st

from bnviz.chapters.initialization import cached as runs
from bnviz.chapters.initialization import wording as words
from bnviz.chapters.initialization.figures import equivalence_figure, norms_figure, scale_figure, sweep_figure
from bnviz.chapters.initialization.scale_sweep import Sweep
from bnviz.ui.chapter import figure, opening, predict, reason, section
from bnviz.ui.results import live_note, recorded_note, run_button
from bnviz.ui.text import t
from bnviz.ui.widgets import choose, figure_style, value_slider


def scale() -> None:
    """One layer on real digits: the factor a, and where epsilon ends the invariance."""
    section("initialization.scale")
    if not predict("initialization.factor", ("larger", "same", "smaller", "zero"), "smaller"):
        return
    left, right = st.columns(2)
    a = value_slider(left, "a", "initialization.control.a", runs.SCALES, 10.0)
    eps = value_slider(right, "bn_eps", "initialization.control.eps", runs.EPSILONS, 1e-5)
    check, curve = runs.check(a, eps), runs.curve(eps)
    words.scale_table(check)
    figure(scale_figure(curve, a, **figure_style()), words.scale_alt(check, curve.edge), "scale-figure")
    st.info(t("initialization.scale.try"), icon=":material/touch_app:")
    reason("initialization.scale")
    reason("initialization.epsilon")


def norm() -> None:
    """The norm of one layer over a run, and what is left of the learning rate."""
    section("initialization.norm")
    if not predict("initialization.grows", ("grows", "shrinks", "both"), "grows"):
        return
    left, right = st.columns(2)
    lr = value_slider(left, "eta", "initialization.control.lr", runs.RATES, 0.5)
    decay = value_slider(right, "lambda", "initialization.control.decay", runs.DECAYS, 0.01)
    with st.spinner(t("initialization.training"), show_time=True):
        found = runs.norms(lr, decay)
    drawn = norms_figure(words.norms_of(found), words.rates_of(found), **figure_style())
    figure(drawn, words.norms_alt(found), "norms-figure")
    words.norms_table(found)
    reason("initialization.norm")
    reason("initialization.decay")
    section("initialization.same")
    with st.spinner(t("initialization.training"), show_time=True):
        same = runs.equivalence()
    drawn = equivalence_figure(same.decayed, same.growing, same.plain, **figure_style())
    figure(drawn, t("initialization.alt.same"), "same-figure")
    st.markdown(words.same_runs(same))
    reason("initialization.same")


def start() -> None:
    """The honest half: the forward pass forgets the scale of the start weights, training does not."""
    section("initialization.start")
    if not predict("initialization.hundred", ("same", "slower", "diverges"), "slower"):
        return
    net = choose(st, "start_net", "initialization.control.net", runs.NETS, "initialization.net")
    recorded = runs.recorded("scale", net)
    recorded_note(recorded.provenance)
    sweep(recorded.sweep, "initialization.fig.k", "start-figure")
    words.scale_rows(recorded.sweep, (0.01, 0.1, 1.0, 10.0, 100.0))
    reason("initialization.start")
    again("scale", net, "initialization.fig.k")
    section("initialization.names")


def rate() -> None:
    """The sweep of learning rates: how far each arm can be pushed."""
    section("initialization.rate")
    if not predict("initialization.push", ("none", "two", "ten", "hundred"), "ten"):
        return
    net = choose(st, "rate_net", "initialization.control.net", runs.NETS, "initialization.net")
    recorded = runs.recorded("rate", net)
    recorded_note(recorded.provenance)
    sweep(recorded.sweep, "initialization.fig.lr", "rate-figure")
    st.markdown(t("initialization.rate.usable"))
    for place, (label, value, spread) in zip(st.columns(3), words.usable_words(recorded.sweep), strict=True):
        place.metric(label, value)
        place.caption(spread)
    with st.expander(t("initialization.rate.outcomes")):
        words.outcome_rows(recorded.sweep)
    reason("initialization.rate")
    reason("initialization.bjorck")
    again("rate", net, "initialization.fig.lr")


def sweep(result: Sweep, axis: str, key: str) -> None:
    """Draw a sweep."""
    losses, medians = words.panels(result)
    drawn = sweep_figure(result.values, losses, medians, result.chance, axis, **figure_style())
    figure(drawn, words.sweep_alt(result, axis), key)


def again(kind: str, net: str, axis: str) -> None:
    """Offer a small form of a sweep, run now."""
    result = run_button(f"again_{kind}", net, t("initialization.again"), runs.live(kind, net))
    if result is not None:
        live_note()
        sweep(result, axis, f"again-{kind}-figure")


PARTS = {"scale": (scale, "live"), "norm": (norm, "live"), "start": (start, "recorded"), "rate": (rate, "recorded")}

title = st.container()
draw, badge = PARTS[choose(st, "init_part", "initialization.part", tuple(PARTS), "initialization.parts")]
with title:
    opening("initialization", badge)
draw()
