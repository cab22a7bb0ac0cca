"""The paper's ImageNet results: its tables exactly, and a small form of them that was run here."""

import streamlit as st

from bnviz.chapters.imagenet import cached as runs
from bnviz.chapters.imagenet import parts
from bnviz.chapters.imagenet import wording as words
from bnviz.ui.chapter import figure, opening, predict, reason, section
from bnviz.ui.studies import opened_study
from bnviz.ui.text import t
from bnviz.ui.url_state import load_into_widget, set_param
from bnviz.ui.widgets import choose

SCALES = ("log", "linear")


def paper_table() -> None:
    """Figure 3 and its chart, the text's round numbers, the slips."""
    if not predict("imagenet.rate", ("faster", "slower", "worse"), "slower"):
        return
    section("imagenet.table")
    words.variants_table()
    st.markdown(t("imagenet.table.sigmoid"))
    scale = choose(st, "scale", "imagenet.control.scale", SCALES, "imagenet.scale")
    figure(*words.table_drawing(scale), "table-figure")
    reason("imagenet.alone")
    st.markdown(t("imagenet.table.diverged"))
    section("imagenet.claims")
    words.claims_table()
    section("imagenet.slips")


def curves() -> None:
    """What the paper prints of the curves of its Figure 2, and no curve."""
    section("imagenet.curves")
    left, right = st.columns(2)
    load_into_widget("variant", words.KEYS, "x30")
    chosen = left.selectbox(t("imagenet.control.variant"), words.KEYS, key="variant", format_func=words.name_of)
    set_param("variant", chosen, "x30")
    scale = choose(right, "step_scale", "imagenet.control.scale", SCALES[::-1], "imagenet.scale")
    figure(*words.schematic_drawing(chosen, scale), "schematic-figure")
    st.markdown(words.area_words(chosen))
    reason("imagenet.shape")


def changes() -> None:
    """The list of section 4.2.1, item by item."""
    section("imagenet.list")
    words.changes_table()
    reason("imagenet.shuffled")


def ensemble() -> None:
    """Figure 4 and its chart."""
    if not predict("imagenet.more", ("crops", "models", "same"), "crops"):
        return
    section("imagenet.ensemble")
    words.ensemble_table()
    figure(*words.ensemble_drawing(), "ensemble-figure")
    st.markdown(words.gains_words())
    for note in words.ensemble_notes():
        st.markdown(note)
    reason("imagenet.single")


def ours() -> None:
    """What was run here of the same questions, recorded; and a smaller form, now."""
    section("imagenet.ours")
    name = choose(st, "study", "imagenet.control.study", runs.NAMES, "imagenet.study")
    study = opened_study(name)
    if study is not None:
        parts.SHOWN[name](study)
    if name == runs.LIVE:
        parts.again()


PARTS = {
    "table": (paper_table, "published"),
    "curves": (curves, "schematic"),
    "list": (changes, "published"),
    "ensemble": (ensemble, "published"),
    "ours": (ours, "recorded"),
}

title = st.container()
draw, badge = PARTS[choose(st, "imagenet_part", "imagenet.part", tuple(PARTS), "imagenet.parts")]
with title:
    opening("imagenet", badge)
draw()
