"""The lab: an experiment, its live view, and the moment at rest in full resolution."""

import streamlit as st

from bnviz.config import InputError
from bnviz.lab import controls, live_view, panel_export, recordings, scenes, tour, viewer
from bnviz.ui.datasets import trainable
from bnviz.ui.text import t

tour.sync_from_url()
experiment = controls.sidebar(trainable())
session = viewer.current_session()

if tour.current_step() is None:
    with st.container(horizontal=True, vertical_alignment="center", key="headline"):
        with st.container():
            scenes.heading(experiment)
        tour.start_button()
tour.step_card()
try:
    viewer.follow_experiment(session, experiment)
    tour.act_on_run(session)
except InputError as error:
    st.error(str(error))


@st.fragment
def lab() -> None:
    """Draw the view and what rests in it; what the view reports reruns only this."""
    rest = live_view.live_view(session)
    if live_view.is_fallback_transport():
        st.caption(t("lab.rerun"))
    panel_export.draw(session, rest)
    scenes.why(experiment)
    recordings.drawer(session)


lab()
if live_view.is_fallback_transport():
    live_view.send_by_reruns(session)
