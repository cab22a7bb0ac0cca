"""The part that compares all normalizers: recorded studies, one normalizer at a time, and a small run now."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.relatives import live_study
from bnviz.chapters.relatives.formulas import FORMULAS
from bnviz.chapters.relatives.needs import Needs, needs
from bnviz.config import NORMS
from bnviz.figures.studies import study_curves, study_dots
from bnviz.studies.records import StudyResult
from bnviz.text.catalogue import arm_label
from bnviz.ui import studies
from bnviz.ui.chapter import figure, predict, reason, section
from bnviz.ui.results import live_note, run_button, table
from bnviz.ui.text import has, language, t
from bnviz.ui.url_state import load_into_widget, set_param
from bnviz.ui.widgets import figure_style

START = ("none", "batch", "layer", "group")
STATISTICS = ("batch", "cumulative", "dataset")
REFERENCE = "batch"


@st.cache_data(max_entries=32, ttl=3600, show_spinner=False)
def _needs(norm: str) -> Needs:
    """Return the needs of a normalizer (about a millisecond)."""
    return needs(norm)


def draw() -> None:
    """Draw the part that compares normalizers."""
    section("relatives.compare")
    if predict("relatives.without", ("batch", "layer", "renorm"), "layer"):
        _needs_table()
        reason("relatives.compare")
    _one()
    _recorded()
    _lite()
    _again()


def _needs_table() -> None:
    head = tuple(t(f"relatives.head.{name}") for name in ("norm", "needs_batch", "running", "differs"))
    rows = []
    for norm in NORMS:
        found = _needs(norm)
        marks = (found.companions, found.running, found.differs)
        rows.append((_name(norm), *(t(f"relatives.yes.{str(mark).lower()}") for mark in marks)))
    live_note()
    table(head, rows)


def _one() -> None:
    """Draw formula, paper and a sentence about one normalizer."""
    section("relatives.one")
    load_into_widget("norm", NORMS, "batch")
    norm = st.selectbox(t("relatives.control.norm"), NORMS, key="norm", format_func=_name)
    set_param("norm", norm, "batch")
    st.latex(FORMULAS[norm])
    st.markdown(f"{t(f'relatives.say.{norm}')} *{t(f'relatives.paper.{norm}')}*")


def _recorded() -> None:
    section("relatives.study")
    result = studies.opened_study("relatives")
    if result is None:
        return
    arms = studies.pick_arms(result, "shown", START)
    _curves(result, arms, "relatives-curves")
    figure(study_dots(result, **figure_style()), studies.study_alt(result, "accuracy"), "relatives-dots")
    studies.study_table(result, reference=REFERENCE)
    studies.study_verdicts(result)
    reason("relatives.one_rate")
    section("relatives.cumulative")
    here = [arm.name for arm in result.arms if arm.name in STATISTICS]
    _curves(result, here, "statistics-curves")
    studies.study_table(result, here, reference=REFERENCE)
    reason("relatives.cumulative")


def _lite() -> None:
    section("relatives.lite")
    result = studies.opened_study("lite-bn")
    if result is None:
        return
    figure(study_dots(result, **figure_style()), studies.study_alt(result, "accuracy"), "lite-dots")
    studies.study_table(result, reference=REFERENCE)
    studies.study_verdicts(result)


def _again() -> None:
    """Draw the choice of a few normalizers, and a small run of them that starts now."""
    section("relatives.again")
    chosen = st.multiselect(
        t("relatives.control.live"),
        live_study.CHOICES,
        START,
        max_selections=live_study.MAX_NORMS,
        key="live_norms",
        format_func=_name,
    )
    if not chosen:
        st.info(t("relatives.again.few"))
        return
    norms = tuple(chosen)
    result = run_button(
        "again_relatives", norms, t("relatives.again.run"), lambda on_progress: live_study.run_live(norms, on_progress)
    )
    if result is not None:
        live_note()
        _curves(result, norms, "live-curves")
        studies.study_table(result, reference=norms[0])


def _curves(result: StudyResult, arms: tuple[str, ...] | list[str], key: str) -> None:
    figure(study_curves(result, arms, **figure_style()), studies.study_alt(result, "accuracy", arms), key)
    st.caption(t("studies.curves"))


def _name(norm: str) -> str:
    """Return the name of a normalizer, by the words of the study of all of them."""
    key = f"studies.arms.relatives.{norm}"
    return t(key) if has(key) else arm_label(norm, language())
