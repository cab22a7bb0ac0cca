"""The guided tour: each step sets up the lab for a newcomer and says what to look at (``?tour=3``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from bnviz.config import preset
from bnviz.config.numbers import count_of
from bnviz.lab import live_view, settings
from bnviz.lab.controls import set_on_next_run
from bnviz.ui import lecture, menu, url_state
from bnviz.ui.component import component
from bnviz.ui.text import t

if TYPE_CHECKING:
    from bnviz.live.session import Session

NAME = "tour"
_AT, _LAST, _ACTION, _GUESSED = "bnviz.tour", "bnviz.tour_last", "bnviz.tour_action", "bnviz.tour_guess"
GUESSES = ("learns", "stays")
"""What the visitor may guess of the network without BN, once its weights start larger."""


@dataclass(frozen=True)
class TourStep:
    """What the lab shows at one step of the tour.

    Attributes:
        twins: whether a network with BN trains beside one without; else one network without BN trains.
        panel: the open panel of the live view.
        action: what happens to the run.
        target: CSS selector of what the card speaks of, which is ringed; the card docks beside it.
        thing: what the visitor is asked to do there (a key of DONE in assets/live/tour/docking.js); when it was done,
            the tour continues. None: nothing, the next step is a press away.
        shown_step: the training step that the view shows; None is the newest.
        scene: the scene that it happens in.
        guess: whether the visitor guesses before.
    """

    twins: bool
    panel: str
    action: Literal["reset", "train", "pause"]
    target: str
    thing: Literal["train", "gradients", "bn", "pause", "rewind"] | None = None
    shown_step: int | None = None
    scene: str = "default"
    guess: bool = False

    @property
    def in_view(self) -> bool:
        """Whether the target is a part of the live view; else it is the page's."""
        return not self.target.startswith(".st-key-")


STARTED = "sigmoid-start"
"""The scene of the last steps: the same networks, started for sigmoids."""

STEPS = (
    TourStep(False, "distributions", "reset", "[data-testid=live-train]", "train"),
    TourStep(False, "curves", "train", "[role=tab][data-panel=gradients]", "gradients"),
    TourStep(False, "gradients", "train", ".st-key-second_bn", "bn"),
    TourStep(True, "curves", "train", "[role=tab][data-panel=gradients]", "gradients"),
    TourStep(True, "gradients", "train", "[data-testid=live-train]", "pause"),
    TourStep(True, "distributions", "pause", "[data-testid=live-scrub]", "rewind", shown_step=0),
    TourStep(True, "curves", "reset", "[data-testid=live-train]", "train", scene=STARTED, guess=True),
    TourStep(True, "curves", "train", "[role=tab][data-panel=gradients]", "gradients", scene=STARTED),
    TourStep(True, "gradients", "pause", ".st-key-lr", scene=STARTED),
)


def current_step() -> int | None:
    """Return the number of the visitor's step, from 1; None outside the tour."""
    number: int | None = st.session_state.get(_AT)
    return number


def sync_from_url() -> None:
    """Go to the step that the address names, before the sidebar is drawn; without a valid number, leave the tour."""
    state: Any = st.session_state
    text = url_state.param(NAME)
    number = count_of(text)
    wanted = number if number is not None and 1 <= number <= len(STEPS) else None
    if wanted is None:
        state[_AT] = None
        url_state.set_param(NAME, None)
    elif wanted != state.get(_AT):
        state[_AT] = state[_LAST] = wanted
        step = STEPS[wanted - 1]
        set_on_next_run(**controls_of(step))
        live_view.open_panel(step.panel, step.shown_step)
        state[_ACTION] = step.action


def controls_of(step: TourStep) -> Mapping[str, Any]:
    """Return the value of every control of the sidebar at a step: its scene, and its BN switches."""
    values: dict[str, Any] = {}
    settings.fill(values, preset(step.scene))
    return {**values, "compare": settings.NORM, "first_bn": False, "second_bn": step.twins}


def act_on_run(session: Session) -> None:
    """Do to the run what the step asks for, once, after the session has been given the experiment."""
    action = st.session_state.pop(_ACTION, None)
    if action == "reset":
        session.restart(play=False)
    elif action == "train":
        session.train()
    elif action == "pause":
        session.pause()


def start_button() -> None:
    """Draw the button that starts the tour, or resumes it at the last step."""
    if lecture.on() or st.context.is_embedded:
        return
    last = st.session_state.get(_LAST)
    st.button(
        t("tour.start" if last is None else "tour.again"),
        key="tour_start",
        on_click=go_to,
        args=(1 if last in (None, len(STEPS)) else last,),
        help=t("tour.help"),
        icon=":material/explore:",
        type="secondary" if last is None else "tertiary",
    )


def step_card() -> None:
    """Draw the card of the step: its topic, what to look at, and the buttons to move on."""
    number = current_step()
    if number is None:
        return
    _guide(number)
    with st.container(border=True, key="tour"):
        st.caption(t("tour.name", step=number, last=len(STEPS)))
        st.subheader(t(f"tour.{number}.title"), anchor=False)
        st.markdown(t(f"tour.{number}.text"))
        look, where = escape(t("tour.look")), escape(t(f"tour.{number}.look"))
        st.html(f'<p class="bnviz-tour-look"><b>{look}</b> {where}</p>')
        _guess(number)
        if STEPS[number - 1].thing:
            st.markdown(t(f"tour.{number}.do"))
        if number == len(STEPS):
            _chapters()
        _buttons(number)


def _guess(number: int) -> None:
    """Draw the question of a step that asks one, and at the next step what the guess was worth."""
    state: Any = st.session_state
    if STEPS[number - 1].guess:
        chosen = st.segmented_control(
            t("tour.guess.question"),
            GUESSES,
            default=state.get(_GUESSED),
            format_func=lambda guess: t(f"tour.guess.option.{guess}"),
            key="tour_guess",
        )
        state[_GUESSED] = chosen
    elif number > 1 and STEPS[number - 2].guess and state.get(_GUESSED) in GUESSES:
        st.markdown(t(f"tour.guess.answer.{state[_GUESSED]}"))


def _guide(number: int) -> None:
    """Ring the target, dock the card beside it, and continue when the thing was done."""
    step = STEPS[number - 1]
    result = component("bnviz_tour", "live/tour/main.js")(
        key="tour_guide",
        data={
            "step": number,
            "target": step.target,
            "inView": step.in_view,
            "thing": step.thing,
            "missing": t("lab.live_missing"),
        },
        on_done_change=lambda: None,
    )
    if result.done == number and number < len(STEPS):
        go_to(number + 1)
        st.rerun()


def go_to(number: int) -> None:
    """Go to a step of the tour, at the next run."""
    url_state.set_param(NAME, str(number))


def leave() -> None:
    """Leave the tour; the lab keeps its state."""
    url_state.set_param(NAME, None)


def _buttons(number: int) -> None:
    last = number == len(STEPS)
    with st.container(horizontal=True, gap="small", key="tour_ways"):
        st.button(t("tour.back"), key="tour_back", on_click=go_to, args=(number - 1,), disabled=number == 1)
        if last:
            st.button(t("tour.finish"), key="tour_finish", on_click=leave, type="primary")
        else:
            st.button(t("tour.next"), key="tour_next", on_click=go_to, args=(number + 1,), type="primary")
            st.button(t("tour.leave"), key="tour_leave", on_click=leave, type="tertiary")


def _chapters() -> None:
    with st.container(horizontal=True, gap="small", key="tour_chapters"):
        for name in menu.present(menu.CHAPTERS):
            st.page_link(menu.path(name), label=t(f"nav.{name}"), icon=":material/arrow_forward:")
