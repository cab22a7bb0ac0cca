"""The lab: an experiment, its live view, and the moment at rest in full resolution."""

import streamlit as st

from bnviz.config import InputError
from bnviz.lab import controls, live_view, moment, recordings, scenes, tour, viewer
from bnviz.ui.datasets import trainable
from bnviz.ui.text import t

tour.arrive()
experiment = controls.sidebar(trainable())
session = viewer.current()

if tour.at() is None:
    with st.container(horizontal=True, vertical_alignment="center", key="headline"):
        with st.container():
            scenes.heading(experiment)
        tour.invitation()
tour.card()
try:
    viewer.follow(session, experiment)
    tour.steer(session)
except InputError as error:
    st.error(str(error))


@st.fragment
def lab() -> None:
    """Draw the view and what rests in it; what the view reports reruns only this."""
    rest = live_view.live_view(session)
    if live_view.slow_road():
        st.caption(t("lab.rerun"))
    moment.explore(session, rest)
    scenes.why(experiment)
    recordings.drawer(session)


lab()
if live_view.slow_road():
    live_view.feed(session)
