"""Regularization: the noise of batch statistics, and whether it helps on few digits."""

import streamlit as st

from bnviz.chapters.regularization import cached as runs
from bnviz.chapters.regularization import wording as words
from bnviz.chapters.regularization.figures import digit_figure, jitter_figure, noise_figure, shift_figure
from bnviz.config import InputError
from bnviz.ui.chapter import figure, opening, predict, reason, section
from bnviz.ui.results import live_note, recorded_note, run_button
from bnviz.ui.text import t
from bnviz.ui.url_state import load_into_widget, set_param
from bnviz.ui.widgets import choose, figure_style, value_slider


def noise() -> None:
    """The statistics of a batch, and one digit's value among random companions."""
    section("regularization.noise")
    if not predict("regularization.double", ("same", "root", "half"), "root"):
        return
    left, right = st.columns(2)
    size = value_slider(left, "batch_m", "regularization.control.size", runs.SIZES, 8)
    index = right.number_input(t("regularization.control.digit"), 0, 3999, 3, key="digit", bind="query-params")
    found, jitter = runs.noise(0), runs.jitter(index)
    words.noise_table(found, jitter, size)
    figure(noise_figure(found, size, **figure_style()), words.noise_alt(found), "noise-figure")
    section("regularization.one")
    picture, label = runs.digit(index)
    narrow, wide = st.columns([1, 5], vertical_alignment="center")
    with narrow:
        alt = t("regularization.alt.digit", index=index, label=label)
        figure(digit_figure(picture, **figure_style()), alt, "digit-figure")
    unit = wide.slider(t("regularization.control.unit"), 1, 32, 1, key="unit", bind="query-params")
    wide.markdown(words.jitter_words(jitter))
    figure(jitter_figure(jitter, unit - 1, **figure_style()), words.jitter_alt(jitter), "jitter-figure")
    reason("regularization.noise")
    reason("regularization.coupled")


def overfit() -> None:
    """Few digits, one regularizer at a time, recorded; and some arms in small, now."""
    section("regularization.overfit")
    if not predict("regularization.best", ("bn_small", "dropout", "decay", "shift"), "shift"):
        return
    recorded = runs.recorded()
    recorded_note(recorded.provenance)
    drawn, alt = words.study_drawing(recorded.study)
    figure(drawn, alt, "study-figure")
    words.study_table(recorded.study)
    reason("regularization.overfit")
    reason("regularization.confounded")
    load_into_widget("arm", runs.OTHERS, "bn")
    arm = st.selectbox(
        t("regularization.control.arm"),
        runs.OTHERS,
        key="arm",
        format_func=lambda name: t(f"regularization.arm.{name}"),
    )
    set_param("arm", arm, "bn")
    drawn, alt = words.losses_drawing(recorded.study, ("none", arm))
    figure(drawn, alt, "losses-figure")
    st.markdown(t("regularization.overfit.losses"))
    reason("regularization.paper")
    section("regularization.beliefs")
    again()


def again() -> None:
    """Run a few arms in small, now."""
    arms = st.multiselect(
        t("regularization.control.arms"),
        ("none", *runs.OTHERS),
        ("none", "bn_small"),
        max_selections=4,
        key="live_arms",
        format_func=lambda name: t(f"regularization.arm.{name}"),
    )
    try:
        study = run_button("again_overfit", tuple(arms), t("regularization.again"), runs.live(tuple(arms)))
    except InputError:
        st.info(t("regularization.overfit.few"))
        return
    if study is not None:
        live_note()
        words.study_table(study)


def dropout() -> None:
    """Dropout before BN: what BN sees in training is not what evaluation brings."""
    section("regularization.dropout")
    if not predict("regularization.variance", ("same", "smaller", "larger"), "smaller"):
        return
    p = value_slider(st, "drop_p", "regularization.control.p", runs.DROPS, 0.5)
    with st.spinner(t("regularization.training"), show_time=True):
        found = runs.dropout(p)
    for place, (label, value) in zip(st.columns(4), words.shift_words(found), strict=True):
        place.metric(label, value)
    figure(shift_figure(found.measured, found.formula, **figure_style()), words.shift_alt(found), "shift-figure")
    st.latex(words.FORMULAS["dropout"])
    reason("regularization.dropout")
    reason("regularization.li")


PARTS = {"noise": (noise, "live"), "overfit": (overfit, "recorded"), "dropout": (dropout, "live")}

title = st.container()
draw, badge = PARTS[choose(st, "reg_part", "regularization.part", tuple(PARTS), "regularization.parts")]
with title:
    opening("regularization", badge)
draw()
