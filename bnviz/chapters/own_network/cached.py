"""What the page computes once: the example and its strips."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.own_network.example import example_inspection, example_recording, example_report
from bnviz.chapters.own_network.recording_strip import recording_strip
from bnviz.chapters.own_network.results import Row
from bnviz.diagnosis.diagnosis import Diagnosis
from bnviz.diagnosis.inspection import Inspection
from bnviz.telemetry.history import History


@st.cache_resource(show_spinner=False, max_entries=1)
def shipped_recording() -> tuple[History, tuple[Row, ...]]:
    """Return the recording of the example and its strip."""
    history = example_recording()
    return history, recording_strip(history)


@st.cache_resource(show_spinner=False, max_entries=1)
def shipped_report() -> Diagnosis:
    """Return the report about the example."""
    return example_report()


@st.cache_resource(show_spinner=False, max_entries=1)
def shipped_inspection() -> Inspection:
    """Return what the checkpoint of the example shows."""
    return example_inspection()
