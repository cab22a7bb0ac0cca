"""The page of the lab: an experiment, its live view, and panels at rest in full resolution."""

from __future__ import annotations

import streamlit as st

from bnviz.config import Experiment, InputError
from bnviz.lab import absent_data, controls, live_view, panel_export, recordings, scenes, share, tour, viewer
from bnviz.live.session import Session
from bnviz.ui.datasets import trainable
from bnviz.ui.text import t, wrong_sentence


def lab_page() -> None:
    """Draw the sidebar, the tour's card, the heading and the live view."""
    tour.sync_from_url()
    experiment = controls.sidebar(trainable())
    session = viewer.current_session()
    absent_data.replace(experiment, session)
    with st.container(key="tour_place"):  # also where it is empty: an element that moves is mounted a second time
        tour.step_card()
    with st.container(horizontal=True, vertical_alignment="center", key="headline"):
        with st.container():
            scenes.heading(experiment)
        with st.container(horizontal=True, width="content", key="ways"):
            if tour.current_step() is None:
                tour.start_button()
            share.draw(session)
    absent_data.notice(experiment, session)
    with st.container(key="refused"):
        try:
            viewer.follow_experiment(session, experiment)
            tour.act_on_run(session)
        except InputError as error:
            st.error(wrong_sentence(error))
    _view(session, experiment)
    live_view.beside(session)


@st.fragment
def _view(session: Session, experiment: Experiment) -> None:
    """Draw the view and what belongs to it; what the view reports reruns only this."""
    rest = live_view.live_view(session, scenes.loop_to(experiment, session))
    if live_view.is_fallback_transport():
        st.caption(t("lab.rerun"))
    panel_export.draw(session, rest)
    scenes.why(experiment)
    recordings.drawer(session)
