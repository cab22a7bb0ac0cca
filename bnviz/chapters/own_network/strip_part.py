"""The strip of layers on the page: the worst ones, and all of them on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from bnviz.chapters.own_network import wording
from bnviz.chapters.own_network.clinic_links import page_of
from bnviz.chapters.own_network.results import Row, worst_findings
from bnviz.chapters.own_network.strip_figure import card_html, strip_html
from bnviz.diagnosis.finding import Finding
from bnviz.ui.text import browser_language, language, t

FEW, MANY = 30, 400
"""Rows that are shown at once, and after a press of the button."""


def found(key: str, rows: Sequence[Row], findings: Sequence[Finding], about: str) -> None:
    """Draw the findings, the worst first and open: cards of the whole model, and the strip with those of its layers.

    Args:
        key: key of the strip.
        rows: the layers in order.
        findings: all of them.
        about: what the strip shows, written above it.
    """
    order = worst_findings(findings)
    inside = {index for row in rows for index in row.findings}
    first = next((at for at, index in enumerate(order) if index in inside), len(order))
    for index in order[:first]:
        st.html(card(findings[index]))
    if rows:
        st.caption(about)
        strip(key, rows, findings)
    for index in order[first:]:
        if index not in inside:
            st.html(card(findings[index]))


def strip(key: str, rows: Sequence[Row], findings: Sequence[Finding] = ()) -> None:
    """Draw the strip, the worst layers first; the row of the worst finding is open.

    Args:
        key: key of the button that shows more rows.
        rows: the layers in order.
        findings: what their indices mean.
    """
    shown = rows[:FEW]
    if len(rows) > FEW:
        most = min(len(rows), MANY)
        if st.toggle(t("own_network.strip.more", few=FEW, n=f"{most:,}"), key=f"own_more_{key}"):
            shown = rows[:most]
    texts = [(row, wording.row_text(row, findings)) for row in shown]
    opened = rows[0].name if rows and rows[0].findings else None
    st.html(strip_html(texts, wording.strip_text(rows), cards(findings), opened))


def cards(findings: Sequence[Finding]) -> Mapping[int, str]:
    """Return the card of each finding, by its index."""
    return {index: card(finding) for index, finding in enumerate(findings)}


def card(finding: Finding) -> str:
    """Return the card of a finding: name, numbers, why, cure, and where the fault can be tried."""
    severity = t(f"diagnosis.severity.{finding.severity}")
    return card_html(
        finding.worded("title", language()),
        f"{severity} · {finding.worded('name', language())}",
        wording.finding_lines(finding),
        finding.severity,
        _way(finding),
    )


def _way(finding: Finding) -> tuple[str, str]:
    """Return the address and the words of the page that lets this fault be tried."""
    page, address = page_of(finding.code)
    if language() != browser_language():  # a link in our own HTML keeps no parameter by itself
        address += f"{'&' if '?' in address else '?'}lang={language()}"
    return address, t(f"own_network.card.{page}")
