"""The parts of the page "The ledger of claims"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from bnviz.ledger import COMMAND, LITERATURE, NOTES, TOPICS, JudgedClaim, counts, recorded, seen_verdicts
from bnviz.ledger import own_runs as runs
from bnviz.ledger import wording as words
from bnviz.ledger.bars import count_bars
from bnviz.ui.limits import limits_link
from bnviz.ui.results import recorded_note, table
from bnviz.ui.task_line import line
from bnviz.ui.text import language, t
from bnviz.ui.url_state import load_into_widget, param, set_param

_TABLE, _CLAIM, _ALL = "claims_table", "claim", "all"
_CARD, _CAME_WITH = "claim-card", "bnviz.claim_of_address"
RULE = "rule"
"""Parameter of the address that opens the rule."""


def overview(found: Sequence[JudgedClaim]) -> None:
    """Draw the counts, the command that makes them again, and the rule."""
    st.subheader(t("claims.counts"), anchor=False)
    facts = recorded().provenance
    recorded_note(facts)
    by_notes, names = counts(found), seen_verdicts(found)
    st.html(count_bars(by_notes, names, words.counts_alt(by_notes, names), language()))
    head = tuple(t(f"claims.verdict.{name}") for name in names)
    with st.expander(t("claims.by_notes"), icon=":material/table:"):
        total = t("claims.column.total")
        table((t("claims.column.notes"), *head, total), words.count_rows(by_notes, names))
        st.caption(t("claims.crossed"))
        table((t("claims.column.literature"), *head, total), words.crossed_rows(found, names))
    with st.expander(t("claims.rule_title"), icon=":material/rule:", expanded=param(RULE) != ""):
        st.markdown(words.rule_text())
        st.markdown(t("claims.rule.rates"))
        table(words.rate_head(), words.rate_rows())
        st.caption(words.rule_many(runs.recorded_seeds()))
    st.caption(t("claims.recompute", command=COMMAND, seeds=facts["seeds"], seconds=f"{facts['seconds']:.0f}"))


def linked(found: Sequence[JudgedClaim]) -> None:
    """Tell which claim the address came with, and lead to its card far below, until another one is chosen."""
    came_with: str = st.session_state.setdefault(_CAME_WITH, param(_CLAIM))
    named = next((row.claim for row in found if row.claim.id == came_with), None)
    if named is not None and {param(_CLAIM), st.session_state.get(_CLAIM, came_with)} == {came_with}:
        words_of_it = t("claims.linked", id=named.id, words=words.words_of(named))
        line(words_of_it, f"#{_CARD}", t("claims.linked_link"))


def filtered(found: Sequence[JudgedClaim]) -> list[JudgedClaim]:
    """Draw the filters and return the rows that pass them."""
    first, second, third, last = st.columns(4)
    notes = _pick(first, "notes", "notes", NOTES)
    standing = _pick(second, "said", "literature", tuple(reversed(LITERATURE)))
    verdict = _pick(third, "here", "verdict", seen_verdicts(found))
    topic = _pick(last, "topic", "topic", TOPICS)
    return [
        row
        for row in found
        if notes in (_ALL, row.claim.notes)
        and (standing == _ALL or standing in row.claim.literature)
        and verdict in (_ALL, row.verdict)
        and topic in (_ALL, row.claim.topic)
    ]


def rows_table(chosen: Sequence[JudgedClaim], total: int) -> None:
    """Draw the table of some claims; a click on a row chooses its claim."""
    mine = runs.own_rows()
    st.caption(t("claims.shown", count=len(chosen), total=total) + " · " + t("claims.table_text"))
    ids = [row.claim.id for row in chosen]

    def clicked() -> None:
        state: Any = st.session_state
        picked = state[_TABLE].selection.rows
        if picked and picked[0] < len(ids):
            state[_CLAIM] = ids[picked[0]]

    id_, claim = t("claims.column.id"), t("claims.column.words")
    config = {
        id_: st.column_config.TextColumn(width="small", pinned=True),
        claim: st.column_config.TextColumn(width="large"),
    }
    st.dataframe(
        words.table(chosen, mine),
        hide_index=True,
        height=420,
        key=_TABLE,
        column_config=config,
        on_select=clicked,
        selection_mode="single-row",
    )
    st.download_button(
        t("claims.csv"),
        words.csv_of(chosen, mine),
        "claims.csv",
        "text/csv",
        key="claims_csv",
        icon=":material/download:",
        on_click="ignore",
    )


def pick_claim(chosen: Sequence[JudgedClaim]) -> JudgedClaim:
    """Draw the choice of one claim among some; the address keeps it."""
    by_id = {row.claim.id: row for row in chosen}
    ids = list(by_id)
    if st.session_state.get(_CLAIM) not in by_id:
        st.session_state.pop(_CLAIM, None)
    load_into_widget(_CLAIM, ids, ids[0])
    labels = {name: f"{name} · {words.words_of(row.claim)}" for name, row in by_id.items()}
    picked = st.selectbox(t("claims.claim"), ids, key=_CLAIM, format_func=labels.__getitem__)
    set_param(_CLAIM, picked, ids[0])
    return by_id[picked]


def card(row: JudgedClaim) -> None:
    """Draw everything about one claim, with the buttons that test it."""
    claim = row.claim
    st.html(f'<span class="bnviz-anchor" id="{_CARD}"></span>')
    with st.container(border=True):
        st.markdown(f"**{claim.id}** · {t(f'claims.notes.{claim.notes}')} · {t(f'claims.topic.{claim.topic}')}")
        left, right = st.columns(2)
        left.caption(t("claims.words"))
        left.text(claim.words)
        right.caption(t("claims.translated"))
        right.text(claim.translation)
        st.markdown(f"{t('claims.filter.literature')}: **{words.literature(claim)}**")
        st.text("\n".join(filter(None, (claim.note[language()], words.source(claim.source)))))
        if not claim.tests:
            st.info(t("claims.no_test"))
            return
        evidence(claim.tests, row.verdict, claim.id)
        for test in sorted(runs.tests_of(claim.tests)):
            label = t("claims.run", test=test, seeds=runs.OWN_SEEDS, seconds=words.seconds(runs.seconds((test,))))
            runs.run_button(f"run_{test}", label, (test,))
        st.caption(t("claims.only"))


def evidence(links: Sequence[str], verdict: str, claim: str = "") -> None:
    """Draw what was measured for some links, recorded and by the reader, both verdicts, and what the tests are worth.

    Args:
        links: names of questions, see ``rule.verdict``.
        verdict: of the recorded runs.
        claim: id of the claim that the links stand for, if it is one.
    """
    verdicts, effects = runs.judge(links)
    rows = [
        (
            f"{link.removeprefix('-')}: {words.statement(link)}",
            words.limit(link),
            words.effect_words(link, effects[link][0]),
            words.answer_words(link, effects[link][0]),
            words.effect_words(link, effects[link][1]),
            words.answer_words(link, effects[link][1]),
        )
        for link in links
    ]
    columns = ("question", "limit", "recorded", "answer", "own_value", "answer")
    table(tuple(t(f"claims.column.{key}") for key in columns), rows)
    st.caption(t("claims.small_gap"))
    left, right = st.columns(2)
    left.metric(t("claims.recorded_verdict"), t(f"claims.verdict.{verdict}"))
    mine = t("claims.not_run") if verdicts is None else t(f"claims.verdict.{verdicts}")
    right.metric(t("claims.own_verdict"), mine)
    st.markdown("\n\n".join(words.reason_lines(links, claim)))
    limits_link()


def reset() -> None:
    """Draw the button that forgets the reader's runs, while there are any."""
    if runs.own():
        st.button(t("claims.reset"), key="claims_forget", on_click=runs.forget, icon=":material/restart_alt:")


def _pick(place: Any, key: str, kind: str, options: Sequence[str]) -> str:  # noqa: ANN401 - a column
    names = (_ALL, *options)
    load_into_widget(key, names, _ALL)
    chosen = str(
        place.selectbox(
            t(f"claims.filter.{kind}"),
            names,
            key=key,
            format_func=lambda each: t("claims.filter.all") if each == _ALL else t(f"claims.{kind}.{each}"),
        )
    )
    set_param(key, chosen, _ALL)
    return chosen
