"""The page: patients, what is asked of them, and the server's answers to the press of a button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from bnviz.chapters.clinic.last_word import plain_diagnosis
from bnviz.chapters.clinic.patients import CHAPTERS, PATIENTS, patient_named
from bnviz.chapters.clinic.stage_data import stage_data
from bnviz.chapters.clinic.treat import plain_course, treat
from bnviz.text.catalogue import tree
from bnviz.ui.component import component
from bnviz.ui.stage import crumb, foot, link, switch_to
from bnviz.ui.text import branch, language, t
from bnviz.ui.url_state import param, set_param

KEY = "clinic"
_COURSE, _ASKED = "bnviz.clinic.course", "bnviz.clinic.asked"
NAMES = tuple(one.name for one in PATIENTS)


def clinic() -> None:
    """Draw the clinic and the way to the chapters before and after."""
    st.html('<span class="bnviz-stage-page bnviz-clinic-page"></span>')
    result = component("bnviz_stage", "stage/main.js")(
        key=KEY,
        data={
            "kind": "clinic",
            "language": language(),
            "patient": _patient(),
            **stage_data(),
            "course": st.session_state.get(_COURSE),
            "diagnosis": {name: plain_diagnosis(name, language()) for name in st.session_state.get(_ASKED, ())},
            "links": {page: link(page) for page in ("inference", *sorted(set(CHAPTERS.values())))},
            "badge": {"kind": "both", "label": t("clinic.badge"), "help": t("clinic.badge_help")},
            "crumb": crumb("clinic"),
            "words": tree(branch("clinic"), "clinic"),
            "missing": t("stage.missing"),
        },
        on_treat_change=_treat,
        on_go_change=lambda: None,
        on_ask_change=_ask,
        on_patient_change=_show,
    )
    switch_to(result.go)
    foot("clinic")


def _patient() -> str:
    asked = param("patient")
    return asked if asked in NAMES else NAMES[0]


def _sent(name: str) -> Any:  # noqa: ANN401 - whatever a browser sends
    state = st.session_state.get(KEY)
    return state.get(name) if isinstance(state, Mapping) else getattr(state, name, None)


def _show() -> None:
    """Write the patient that the visitor has opened into the address."""
    name = _sent("patient")
    if name in NAMES:
        set_param("patient", str(name), NAMES[0])


def _ask() -> None:
    """Let ``bnviz.diagnose`` have the last word on a patient, from now on."""
    name, asked = _sent("ask"), st.session_state.get(_ASKED, ())
    if name in NAMES and name not in asked:
        st.session_state[_ASKED] = (*asked, str(name))


def _treat() -> None:
    """Apply the cure that the visitor has asked for."""
    answer = answer_to(_sent("treat"))
    if answer is not None:
        st.session_state[_COURSE] = answer


def answer_to(asked: object) -> dict[str, Any] | None:
    """Return the course of a cure, ``{"patient", "cure", "n"}``; None where a browser asks for what is not offered."""
    if not isinstance(asked, Mapping) or asked.get("patient") not in NAMES:
        return None
    patient, number = patient_named(str(asked["patient"])), asked.get("n")
    if asked.get("cure") not in patient.cures or not isinstance(number, int):
        return None
    return {"n": number, **plain_course(treat(patient, str(asked["cure"])))}
