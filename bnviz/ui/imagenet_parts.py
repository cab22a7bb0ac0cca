"""The parts of the page on the paper's ImageNet results that show what was run here."""

from __future__ import annotations

from itertools import pairwise

import streamlit as st

from bnviz.analysis.imagenet_members import members
from bnviz.analysis.imagenet_ours import MARKS
from bnviz.config import InputError
from bnviz.telemetry.study_records import StudyResult
from bnviz.ui import imagenet_ours as small
from bnviz.ui import imagenet_runs as runs
from bnviz.ui.address import from_address, to_address
from bnviz.ui.chapter import figure, section
from bnviz.ui.chapter_controls import choose
from bnviz.ui.controls import dataset_label
from bnviz.ui.rerun import live_note, rerun
from bnviz.ui.text import t


def variants(study: StudyResult) -> None:
    """Our variants beside the paper's, as ratios, and their curves."""
    small.provenance(study)
    mark = choose(st.container(), "mark", "imagenet.control.mark", MARKS, "imagenet.mark")
    st.caption(small.mark_words(study, mark))
    small.variants_table(study, mark)
    figure(*small.ratio_drawing(study, mark), "ratio-figure")
    _judged(study)
    figure(*small.curves_drawing(study), "curves-figure")
    figure(*small.seeds_drawing(study, "best"), "seeds-figure")


def accelerate(study: StudyResult) -> None:
    """The list of section 4.2.1, one change after the other."""
    small.provenance(study)
    st.markdown(t("imagenet.ours.steps_up"))
    st.caption(small.mark_words(study, "threshold"))
    small.steps_table(study)
    _judged(study)
    figure(*small.seeds_drawing(study, "final"), "seeds-figure")
    named = small.labels(study)
    before = dict(pairwise(reversed(named)))
    arms = list(named)[1:]
    from_address("arm", arms, arms[0])
    arm = st.selectbox(t("imagenet.control.arm"), arms, key="arm", format_func=named.__getitem__)
    to_address("arm", arm, arms[0])
    figure(*small.curves_drawing(study, (before[arm], arm)), "curves-figure")


def ensemble(study: StudyResult) -> None:
    """The mean of several nets against its members."""
    small.provenance(study)
    small.members_table(study)
    _judged(study)
    found = members(study)
    if found is not None:
        figure(*small.members_drawing(found), "members-figure")
        st.markdown(small.members_words(found))
    figure(*small.seeds_drawing(study, "final"), "seeds-figure")


def _judged(study: StudyResult) -> None:
    st.markdown(small.agreement_words(study))
    small.verdicts_table(study)


def again() -> None:
    """Run a few arms in small, now."""
    section("imagenet.live")
    arms = runs.arms_to_run()
    if not arms:
        st.info(t("imagenet.live.none"))
        return
    named = small.labels_of(arms)
    left, right = st.columns(2)
    chosen = left.multiselect(
        t("imagenet.control.live_arms"), list(arms), list(arms)[: runs.MOST_ARMS], max_selections=runs.MOST_ARMS,
        key="live_arms", format_func=named.__getitem__,
    )  # fmt: skip
    data = right.selectbox(
        t("imagenet.control.live_data"), runs.live_datasets(), key="live_data", format_func=dataset_label
    )
    st.caption(small.data_words(data))
    try:
        study = rerun("again_imagenet", (data, *chosen), runs.button(), runs.live(data, tuple(chosen)))
    except InputError as error:
        st.info(str(error))
        return
    if study is not None:
        live_note()
        small.variants_table(study, "plain")
        figure(*small.curves_drawing(study), "live-curves-figure")


SHOWN = {"inception-variants": variants, "accelerate": accelerate, "ensemble": ensemble}
"""How each recorded study is shown."""
