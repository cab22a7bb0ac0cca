"""The door of reports: a diagnosis that was saved elsewhere, or the example's."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bnviz.chapters.own_network import wording
from bnviz.chapters.own_network.cached import shipped_report
from bnviz.chapters.own_network.report_strip import MAX_REPORT_BYTES, read_report, report_strip
from bnviz.chapters.own_network.strip_part import found
from bnviz.chapters.own_network.upload_part import nothing_found, upload
from bnviz.diagnosis.diagnosis import Diagnosis
from bnviz.text.plain import plain
from bnviz.ui.text import language, t


def draw(place: DeltaGenerator) -> None:
    """Draw the upload and the report."""
    opened = upload(place, "report", ("json",), MAX_REPORT_BYTES // 2**20, read_report)
    diagnosis = shipped_report() if opened is None else opened.value
    title = "own_network.report.example" if opened is None else "own_network.report.title"
    diagnosis_view(diagnosis, t(title, model=plain(diagnosis.model)))


def diagnosis_view(diagnosis: Diagnosis, title: str) -> None:
    """Draw a diagnosis: the metric in both modes, what concerns the whole model, the strip, what was not checked."""
    numbers = wording.metric_numbers(diagnosis)
    st.subheader(title, anchor=False)
    if numbers:
        st.caption(
            t("own_network.report.metric", metric=plain(wording.metric_name(diagnosis)), batches=diagnosis.batches)
        )
        for column, (label, value) in zip(st.columns(len(numbers)), numbers, strict=True):
            column.metric(label, value)
    if not diagnosis.findings:
        nothing_found(t("diagnosis.none", n=len(diagnosis.layers)))
    rows = report_strip(diagnosis)
    found("report", rows, diagnosis.findings, t("own_network.report.strip", n=len(rows)))
    if diagnosis.not_checked:
        with st.expander(t("diagnosis.not_checked"), icon=":material/visibility_off:"):
            st.text("\n".join(f"{each.what}: {each.reason}" for each in diagnosis.not_checked))
    with st.expander(t("own_network.report.words"), icon=":material/article:"):
        st.text(diagnosis.worded(language()))
