"""The parts of the page on the paper's ImageNet results that show our own runs."""

from __future__ import annotations

from itertools import pairwise

import streamlit as st

from bnviz.chapters.imagenet import cached, ours_part, wording
from bnviz.chapters.imagenet.members import members
from bnviz.chapters.imagenet.ours import MARKS
from bnviz.studies.records import StudyResult
from bnviz.ui.chapter import figure, section
from bnviz.ui.datasets import dataset_label
from bnviz.ui.results import live_note, run_button
from bnviz.ui.studies import opened_study, pick_arms, study_table, study_verdicts
from bnviz.ui.text import t
from bnviz.ui.url_state import load_into_widget, set_param
from bnviz.ui.widgets import choose

_COLUMNS = ("accuracy", "best", "steps_to_threshold")


def variants(study: StudyResult) -> None:
    """Draw our variants beside the paper's, as ratios, and their curves."""
    ours_part.recipe(study)
    mark = choose(st.container(), "mark", "imagenet.control.mark", MARKS, "imagenet.mark")
    st.caption(wording.mark_words(study, mark))
    ours_part.variants_table(study, mark)
    figure(*ours_part.ratio_drawing(study, mark), "ratio-figure")
    _judged(study)
    arms = pick_arms(study, "curves", [arm.name for arm in study.arms])
    figure(*ours_part.curves_drawing(study, arms), "curves-figure")
    figure(*ours_part.seeds_drawing(study, "best"), "seeds-figure")


def accelerate(study: StudyResult) -> None:
    """Draw the changes of section 4.2.1, added one after the other."""
    ours_part.recipe(study)
    st.markdown(t("imagenet.ours.steps_up"))
    ours_part.additions_table(study)
    study_table(study, columns=_COLUMNS)
    _judged(study)
    figure(*ours_part.seeds_drawing(study, "accuracy"), "seeds-figure")
    names = [arm.name for arm in study.arms]
    previous = {later: earlier for earlier, later in pairwise(names)}
    load_into_widget("arm", names[1:], names[1])
    arm = st.selectbox(t("imagenet.control.arm"), names[1:], key="arm", format_func=wording.named)
    set_param("arm", arm, names[1])
    figure(*ours_part.curves_drawing(study, (previous[arm], arm)), "curves-figure")


def ensemble(study: StudyResult) -> None:
    """Draw the ensemble of several networks beside its members."""
    ours_part.recipe(study)
    study_table(study, columns=("accuracy",))
    _judged(study)
    found = members(study)
    if found is not None:
        figure(*ours_part.members_drawing(found), "members-figure")
        st.markdown(wording.members_words(found))
    figure(*ours_part.seeds_drawing(study, "accuracy"), "seeds-figure")


def _judged(study: StudyResult) -> None:
    st.markdown(wording.agreement_words(study))
    study_verdicts(study)


def again() -> None:
    """Draw the controls and the result of a small run that starts now."""
    section("imagenet.live")
    arms = list(cached.arms_to_run())
    left, right = st.columns(2)
    chosen = left.multiselect(
        t("imagenet.control.live_arms"),
        arms,
        arms[: cached.MAX_ARMS],
        max_selections=cached.MAX_ARMS,
        key="live_arms",
        format_func=wording.named,
    )
    data = right.selectbox(
        t("imagenet.control.live_data"), cached.live_datasets(), key="live_data", format_func=dataset_label
    )
    st.caption(wording.data_words(data))
    if not chosen:
        st.info(t("imagenet.live.few"))
        return
    study = run_button("again_imagenet", (data, *chosen), cached.button(), cached.live(data, tuple(chosen)))
    if study is not None:
        live_note()
        ours_part.variants_table(study, "plain")
        figure(*ours_part.curves_drawing(study, tuple(arm.name for arm in study.arms)), "live-curves-figure")


SHOWN = {"inception-variants": variants, "accelerate": accelerate, "ensemble": ensemble}
"""The function that draws each recorded study."""


def ours() -> None:
    """Draw our recorded studies of the same questions, and a small run that starts now."""
    section("imagenet.ours")
    name = choose(st.container(), "study", "imagenet.control.study", cached.NAMES, "imagenet.study")
    study = opened_study(name)
    if study is not None:
        SHOWN[name](study)
    if name == cached.LIVE:
        again()
