"""The guided tour: a few stops that set up the lab for a newcomer and say what to look at (``?tour=3``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from bnviz.config import preset
from bnviz.lab import live_view, settings
from bnviz.lab.controls import ask
from bnviz.ui import lecture, menu, url_state
from bnviz.ui.text import t

if TYPE_CHECKING:
    from bnviz.live.session import Session

NAME = "tour"
_AT, _LAST, _DO = "bnviz.tour", "bnviz.tour_last", "bnviz.tour_do"


@dataclass(frozen=True)
class Stop:
    """What the lab shows at a stop of the tour.

    Attributes:
        twins: one network with BN beside one without; else BN is off in both, which leaves one to watch.
        panel: the open panel of the live view.
        act: what the run does.
        step: where the view looks; None is the newest step.
    """

    twins: bool
    panel: str
    act: Literal["reset", "train", "pause"]
    step: int | None = None


STOPS = (
    Stop(twins=False, panel="distributions", act="reset"),
    Stop(twins=False, panel="curves", act="train"),
    Stop(twins=False, panel="gradients", act="train"),
    Stop(twins=True, panel="curves", act="train"),
    Stop(twins=True, panel="gradients", act="train"),
    Stop(twins=True, panel="distributions", act="pause", step=0),
    Stop(twins=True, panel="curves", act="pause"),
)


def at() -> int | None:
    """Return the number of the stop that the visitor is at, from 1; None outside the tour."""
    number: int | None = st.session_state.get(_AT)
    return number


def arrive() -> None:
    """Enter the stop that the address names, before the sidebar is drawn; what is no stop is no tour."""
    state: Any = st.session_state
    text = url_state.param(NAME)
    wanted = int(text) if text.isascii() and text.isdigit() and 1 <= int(text) <= len(STOPS) else None
    if wanted is None:
        state[_AT] = None
        url_state.set_param(NAME, None)
    elif wanted != state.get(_AT):
        state[_AT] = state[_LAST] = wanted
        stop = STOPS[wanted - 1]
        ask(**controls_of(stop))
        live_view.show(stop.panel, stop.step)
        state[_DO] = stop.act


def controls_of(stop: Stop) -> Mapping[str, Any]:
    """Return the value of every control of the sidebar at a stop: the default scene, and its BN switches."""
    values: dict[str, Any] = {}
    settings.fill(values, preset("default"))
    return {**values, "compare": settings.NORM, "first_bn": False, "second_bn": stop.twins}


def steer(session: Session) -> None:
    """Let the run do what the stop asks for, once, after the session has taken over the experiment."""
    act = st.session_state.pop(_DO, None)
    if act == "reset":
        session.restart(play=False)
    elif act == "train":
        session.train()
    elif act == "pause":
        session.pause()


def invitation() -> None:
    """Draw the button that starts the tour, or takes it up where it was left."""
    if lecture.on() or st.context.is_embedded:
        return
    last = st.session_state.get(_LAST)
    st.button(
        t("tour.start" if last is None else "tour.again"),
        key="tour_start",
        on_click=go,
        args=(1 if last in (None, len(STOPS)) else last,),
        help=t("tour.help"),
        icon=":material/explore:",
        type="secondary" if last is None else "tertiary",
    )


def card() -> None:
    """Draw the stop: what it is about, where to look, and the ways on."""
    number = at()
    if number is None:
        return
    with st.container(border=True, key="tour"):
        st.caption(t("tour.name", step=number, last=len(STOPS)))
        st.subheader(t(f"tour.{number}.title"), anchor=False)
        st.markdown(t(f"tour.{number}.text"))
        look, where = escape(t("tour.look")), escape(t(f"tour.{number}.look"))
        st.html(f'<p class="bnviz-tour-look"><b>{look}</b> {where}</p>')
        if number == len(STOPS):
            _chapters()
        _ways(number)


def go(number: int) -> None:
    """Go to a stop, at the next run."""
    url_state.set_param(NAME, str(number))


def leave() -> None:
    """Leave the tour; the lab stays as it is."""
    url_state.set_param(NAME, None)


def _ways(number: int) -> None:
    last = number == len(STOPS)
    with st.container(horizontal=True, gap="small", key="tour_ways"):
        st.button(t("tour.back"), key="tour_back", on_click=go, args=(number - 1,), disabled=number == 1)
        if last:
            st.button(t("tour.finish"), key="tour_finish", on_click=leave, type="primary")
        else:
            st.button(t("tour.next"), key="tour_next", on_click=go, args=(number + 1,), type="primary")
            st.button(t("tour.leave"), key="tour_leave", on_click=leave, type="tertiary")


def _chapters() -> None:
    with st.container(horizontal=True, gap="small", key="tour_chapters"):
        for name in menu.present(menu.CHAPTERS):
            st.page_link(menu.path(name), label=t(f"nav.{name}"), icon=":material/arrow_forward:")
