"""The part with the recorded studies: learning curves, accuracy, gap, and published numbers."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.convolution import wording
from bnviz.chapters.convolution.curves import RECIPES, is_sweep_of_rates, pair_of
from bnviz.figures.studies import label_of, study_curves, study_dots, study_sweep
from bnviz.studies.records import StudyResult
from bnviz.ui.chapter import figure, reason, section
from bnviz.ui.limits import limits_link
from bnviz.ui.results import table
from bnviz.ui.studies import recorded_study, study_alt, study_missing, study_note, study_table, study_verdicts
from bnviz.ui.text import language, t
from bnviz.ui.widgets import choose, figure_style

STUDIES = ("vgg11-cifar10", "vgg11-cifar10-width64", "resnet20-cifar10", "resnet20-cifar10-width16")
WIDTHS = STUDIES[:2]
"""Recordings of one study: the narrow network, and the one of the published width."""
_COLUMNS = ("accuracy", "best", "train_accuracy", "gap", "steps_to_threshold")


def curves() -> None:
    """Draw a recorded study, or the command that records it."""
    section("convolution.curves")
    name = choose(st.container(), "conv_study", "convolution.control.study", STUDIES, "convolution.studies")
    result = recorded_study(name)
    if result is None:
        study_missing(name)
    else:
        _study(result, name)
    reason(f"convolution.curves.{name.partition('-width')[0]}")
    reason("convolution.curves.recipes")
    if name in WIDTHS:
        _widths()


def _compared(result: StudyResult) -> tuple[str, ...]:
    """Return the arms whose curves are drawn: those of the recipe chosen, or the first two of a study without any."""
    pairs = {recipe: pair for recipe in RECIPES if (pair := pair_of(result, recipe)) is not None}
    if len(pairs) < len(RECIPES):
        arms = [arm.name for arm in result.arms]
        rates = (f"{label_of(result, arm, language())}: {result.config(arm).lr:g}" for arm in arms)
        st.caption(t("convolution.curves.own_rates", rates="; ".join(rates)))
        return tuple(arms[:2])
    return pairs[choose(st.container(), "conv_recipe", "convolution.control.recipe", RECIPES, "convolution.recipes")]


def _study(result: StudyResult, file: str) -> None:
    study_note(result, file)
    arms = _compared(result)
    left, right = st.columns(2)
    with left:
        drawn = study_curves(result, arms, "test_accuracy", **figure_style())
        figure(drawn, study_alt(result, "accuracy", arms), "conv-accuracy")
    with right:
        drawn = study_curves(result, arms, "train_loss", **figure_style())
        figure(drawn, t("convolution.alt.loss"), "conv-loss")
    st.caption(t("studies.curves"))
    study_table(result, columns=_COLUMNS, published="best_accuracy")
    st.caption(t("convolution.curves.measured"))
    with st.expander(t("convolution.curves.seeds"), expanded=True):
        for measure in ("accuracy", "gap"):
            drawn = study_dots(result, measure, **figure_style())
            figure(drawn, study_alt(result, measure), f"conv-{measure}-seeds")
    if is_sweep_of_rates(result):
        st.markdown(t("convolution.curves.rates"))
        drawn = study_sweep(result, "lr", "norm", **figure_style())
        figure(drawn, study_alt(result, "accuracy"), "conv-rates")
    study_verdicts(result)


def _widths() -> None:
    """Draw what the rule says of the narrow network beside the one of the published width."""
    found = [result for name in WIDTHS if (result := recorded_study(name)) is not None]
    if len(found) < len(WIDTHS):
        return
    section("convolution.widths")
    study_note(found[-1], WIDTHS[-1])
    table(*wording.widths_table(found))
    st.caption(t("convolution.widths.rule"))
    for words in (wording.lost_words(found[-1]), wording.gain_words(found[-1])):
        if words:
            st.markdown(words)
    st.markdown(wording.limits_words(found[-1]))
    limits_link()
