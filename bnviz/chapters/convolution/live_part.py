"""The part that trains: the lab's live view with few controls, and a recording until training starts."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bnviz.chapters.convolution.live_scene import COMPARED, NETS, RATES, WIDTHS, live_experiment, recording_for
from bnviz.config import Experiment, InputError
from bnviz.data import data_status
from bnviz.lab import live_view, panel_export, viewer
from bnviz.telemetry.history import History
from bnviz.ui.chapter import lab_link, reason, section
from bnviz.ui.datasets import NOT_HERE, trainable
from bnviz.ui.menu import path
from bnviz.ui.text import t, wrong_sentence
from bnviz.ui.url_state import load_into_widget, param, set_param
from bnviz.ui.widgets import choose, value_slider

_PAGE = "convolution"
_CIFAR, _SEEN = "cifar10", "bnviz.convolution_seen"


def train() -> None:
    """Draw the controls, the live view of the visitor's session, and the link to the lab."""
    section("convolution.train")
    net, experiment = _controls()
    _offer()
    session = viewer.current_session(_PAGE)
    recorded = recording_for(net, experiment)
    try:
        viewer.follow_experiment(session, experiment, recorded)
    except InputError as error:
        st.error(wrong_sentence(error))
    if recorded is not None:
        _recorded(recorded, experiment)
    if _SEEN not in st.session_state and not param("panel"):
        live_view.open_panel("curves", page=_PAGE)
    st.session_state[_SEEN] = True
    _view()
    lab_link(experiment, t("convolution.train.lab"))
    reason(f"convolution.train.{net}")
    live_view.beside(session)


def _controls() -> tuple[str, Experiment]:
    left, right = st.columns(2)
    net = choose(left, "conv_net", "convolution.control.net", NETS, "convolution.nets")
    compared = "bn"
    if len(COMPARED[net]) > 1:
        compared = choose(right, "conv_compared", "convolution.control.compared", COMPARED[net], "convolution.compared")
    first, second, third = st.columns(3)
    dataset = _dataset(first)
    lr = value_slider(second, "conv_lr", "convolution.control.lr", RATES, 0.05)
    width = value_slider(third, "conv_width", "convolution.control.width", WIDTHS, 8)
    return net, live_experiment(net, compared, dataset=dataset, lr=lr, width=width)


def _dataset(column: DeltaGenerator) -> str:
    names = {name: label for name, label in trainable().items() if _may_be_images(name)}
    load_into_widget("conv_data", tuple(names), "mnist")
    chosen = column.selectbox(
        t("convolution.control.dataset"), list(names), key="conv_data", format_func=lambda name: names[name]
    )
    set_param("conv_data", chosen, "mnist")
    return str(chosen)


def _may_be_images(name: str) -> bool:
    return (
        name.startswith("file:") or data_status(name).state != "generated"
    )  # generated data sets are points of a plane


def _offer() -> None:
    if data_status(_CIFAR).state == NOT_HERE:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(t("convolution.train.offer"))
            st.page_link(path("data"), label=t("convolution.train.fetch"), icon=":material/download:")


def _recorded(recorded: History, experiment: Experiment) -> None:
    session = viewer.current_session(_PAGE)
    description = recorded.description
    if session.source == "recorded":
        st.caption(
            t(
                "convolution.train.recorded",
                n=f"{description.dataset.n_train:,}",
                date=description.provenance.date,
                steps=description.max_steps,
                data=trainable().get(experiment.base.dataset, experiment.base.dataset),
            )
        )
    elif not session.status.is_training and st.button(t("convolution.train.again")):
        session.show(recorded, experiment)
        st.rerun()


@st.fragment
def _view() -> None:
    session = viewer.current_session(_PAGE)
    rest = live_view.live_view(session, page=_PAGE)
    if live_view.is_fallback_transport():
        st.caption(t("lab.rerun"))
    panel_export.draw(session, rest)
