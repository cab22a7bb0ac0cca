"""What the picture of the misconceptions shows: each sentence, what is true, and what was measured, seed by seed."""

from __future__ import annotations

from typing import Any

import streamlit as st

from bnviz.ledger import QUESTIONS, Misconception, effect_of, misconceptions, recorded, verdict_of
from bnviz.ledger.misconception_cards import card
from bnviz.ledger.parts import RULE, reset
from bnviz.ledger.wording import source
from bnviz.ui import menu
from bnviz.ui.results import recorded_note
from bnviz.ui.text import t


def stage_data() -> dict[str, Any]:
    """Return the ten sentences with their words and their recorded measurements, as plain values."""
    facts = recorded().provenance
    return {"date": facts["date"], "seeds": facts["seeds"], "cards": [_card(which) for which in misconceptions()]}


def _card(which: Misconception) -> dict[str, Any]:
    key = f"misconceptions.{which.id}"
    return {
        "id": which.id,
        "wrong": t(f"{key}.wrong"),
        "why": t(f"{key}.why"),
        "standing": t("standing." + t(f"{key}.standing")),
        "source": source(which.source),
        "verdict": t(f"claims.verdict.{verdict_of(which.tests, recorded())}"),
        "tests": [_evidence(link) for link in which.tests],
    }


def _evidence(link: str) -> dict[str, Any]:
    """Return one question: its statement and rule, what the sentence says of it, and the values of the seeds."""
    question = QUESTIONS[link.removeprefix("-")]
    found = effect_of(recorded(), question.name)
    return {
        "statement": t(f"claims.question.{question.name}"),
        "opposite": link.startswith("-"),
        "rule": question.rule,
        "limit": question.limit,
        "unit": t(f"claims.unit.{question.unit}"),
        "values": [float(f"{value:.4g}") for value in recorded().values(question.name)],
        "interval": None
        if found is None or question.exact
        else [float(f"{end:.4g}") for end in (found.low, found.high)],
        "answer": None if found is None else found.answer,
    }


def explore() -> None:
    """Draw all cards with their experiments, and the way to the ledger."""
    recorded_note(recorded().provenance)
    for number, which in enumerate(misconceptions(), 1):
        card(number, which)
    reset()
    link = t("misconceptions.ledger")
    st.page_link(menu.path("claims"), label=link, icon=":material/arrow_forward:", query_params={RULE: "open"})
