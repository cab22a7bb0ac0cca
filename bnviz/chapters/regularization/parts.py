"""Parts of the chapter: the noise of batch statistics, overfitting on few digits, dropout before BN."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.regularization import cached, wording
from bnviz.chapters.regularization.batch_noise import SIZES
from bnviz.chapters.regularization.figures import (
    digit_figure,
    jitter_figure,
    losses_figure,
    noise_figure,
    shift_figure,
    study_figure,
)
from bnviz.chapters.regularization.jitter import digit
from bnviz.chapters.regularization.overfit import ARMS
from bnviz.chapters.regularization.recipes import live_study, recorded_study
from bnviz.ui.chapter import figure, predict, reason, section
from bnviz.ui.limits import limits_link
from bnviz.ui.results import live_note, recorded_note, run_button, table
from bnviz.ui.text import t
from bnviz.ui.url_state import load_into_widget, set_param
from bnviz.ui.widgets import figure_style, value_slider

DROPS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8)
OTHERS = tuple(arm for arm in ARMS if arm != "none")


def noise() -> None:
    """The spread of a batch's statistics, and one digit's value with random batch-mates."""
    section("regularization.noise")
    if not predict("regularization.double", ("same", "root", "half"), "root"):
        return
    left, right = st.columns(2)
    size = value_slider(left, "batch_m", "regularization.control.size", SIZES, 8)
    index = right.number_input(t("regularization.control.digit"), 0, 3999, 3, key="digit", bind="query-params")
    found, jitter = cached.statistic_noise(0), cached.jitter(index)
    table(*wording.noise_table(found, jitter, size))
    figure(noise_figure(found, size, **figure_style()), wording.noise_alt(found), "noise-figure")
    section("regularization.one")
    picture, label = digit(index)
    narrow, wide = st.columns([1, 5], vertical_alignment="center")
    with narrow:
        alt = t("regularization.alt.digit", index=index, label=label)
        figure(digit_figure(picture, **figure_style()), alt, "digit-figure")
    unit = wide.slider(t("regularization.control.unit"), 1, 32, 1, key="unit", bind="query-params")
    wide.markdown(wording.jitter_words(jitter))
    figure(jitter_figure(jitter, unit - 1, **figure_style()), wording.jitter_alt(jitter), "jitter-figure")
    reason("regularization.noise")
    reason("regularization.coupled")


def overfit() -> None:
    """Few digits and one regularizer at a time, recorded; a small version can be run now."""
    section("regularization.overfit")
    recorded = recorded_study()
    gains = wording.gains(recorded.study)
    if not predict("regularization.best", ("bn_small", "dropout", "decay", "shift"), "shift", **gains):
        return
    recorded_note(recorded.provenance)
    study = recorded.study
    figure(study_figure(study, **figure_style()), wording.study_alt(study), "study-figure")
    table(*wording.study_table(study))
    reason("regularization.overfit", seeds=len(study.seeds), **wording.matched_words(study))
    reason("regularization.confounded", none_small=gains["none_small"])
    limits_link()
    load_into_widget("arm", OTHERS, "bn")
    arm = st.selectbox(
        t("regularization.control.arm"), OTHERS, key="arm", format_func=lambda name: t(f"regularization.arm.{name}")
    )
    set_param("arm", arm, "bn")
    shown = ("none", arm)
    figure(losses_figure(study, shown, **figure_style()), wording.losses_alt(study, shown), "losses-figure")
    st.markdown(t("regularization.overfit.losses"))
    reason("regularization.paper")
    section("regularization.beliefs")
    _small_version()


def _small_version() -> None:
    """Offer to run a small version with a few arms now."""
    arms = st.multiselect(
        t("regularization.control.arms"),
        ("none", *OTHERS),
        ("none", "bn_small"),
        max_selections=4,
        key="live_arms",
        format_func=lambda name: t(f"regularization.arm.{name}"),
    )
    if not arms:
        st.info(t("regularization.overfit.few"))
        return
    study = run_button(
        "again_overfit",
        tuple(arms),
        t("regularization.again"),
        lambda on_progress: live_study(tuple(arms), 0, on_progress),
    )
    if study is not None:
        live_note()
        table(*wording.study_table(study))


def dropout() -> None:
    """Dropout before BN: the variances in training and in evaluation differ."""
    section("regularization.dropout")
    if not predict("regularization.variance", ("same", "smaller", "larger"), "smaller"):
        return
    p = value_slider(st.container(), "drop_p", "regularization.control.p", DROPS, 0.5)
    with st.spinner(t("regularization.training"), show_time=True):
        found = cached.dropout(p)
    for place, (label, value) in zip(st.columns(4), wording.shift_words(found), strict=True):
        place.metric(label, value)
    figure(shift_figure(found.measured, found.formula, **figure_style()), wording.shift_alt(found), "shift-figure")
    st.latex(wording.FORMULAS["dropout"])
    reason("regularization.dropout")
    reason("regularization.li")
