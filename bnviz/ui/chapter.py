"""What every chapter page is made of: opening, sections, predictions, reasons, figures and links to the lab."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

from bnviz.config import Experiment, to_query
from bnviz.ui import lecture
from bnviz.ui.text import t
from bnviz.ui.url_state import load_into_widget, set_param
from bnviz.ui.widgets import choose

LAB = Path(__file__).resolve().parents[2] / "pages" / "lab.py"
_LECTURE_FONT = 16
"""Size in pixels; Plotly does not follow the page's type size."""

SHOWN = "show"
"""Value of a guess in the address that skips it."""

BADGES = ("live", "recorded", "illustrative", "published", "schematic")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a chapter.

    Attributes:
        draw: draws everything below the choice of the part.
        badge: where the part's numbers come from, see ``opening``.
    """

    draw: Callable[[], None]
    badge: str = "live"


def chapter_page(chapter: str, key: str, parts: Mapping[str, Part]) -> None:
    """Draw a chapter's page: its opening with the badge of the chosen part, the choice, and the part.

    Words: those of ``opening``, ``<chapter>.part`` and ``<chapter>.parts.<part>``.

    Args:
        chapter: key of the chapter's words.
        key: name of the choice in the address.
        parts: the parts by their name in the address; the first is the default.
    """
    top = st.container()
    part = parts[choose(st.container(), key, f"{chapter}.part", tuple(parts), f"{chapter}.parts")]
    with top:
        opening(chapter, part.badge)
    part.draw()


def parts_of(chapter: str, key: str, parts: Mapping[str, Part]) -> None:
    """Draw a choice of parts, the badge of the chosen one and the part: what rests below a chapter's stage.

    Words: ``<chapter>.part`` and ``<chapter>.parts.<part>``.

    Args:
        chapter: key of the chapter's words.
        key: name of the choice in the address.
        parts: the parts by their name in the address; the first is the default.
    """
    part = parts[choose(st.container(), key, f"{chapter}.part", tuple(parts), f"{chapter}.parts")]
    origin(part.badge)
    part.draw()


def origin(badge: str) -> None:
    """Draw the badge of numbers below a chapter's stage; see ``opening``."""
    st.html(_badge(badge))


def _badge(badge: str) -> str:
    if badge not in BADGES:
        raise ValueError(f"badge must be one of {', '.join(BADGES)}, got {badge!r}")
    return f'<span class="bnviz-badge bnviz-{badge}">{escape(t(f"chapter.badge.{badge}"))}</span>'


def opening(chapter: str, badge: str, **values: object) -> None:
    """Draw the opening of a chapter: its title, the badge of its numbers, and the problem that it starts with.

    Words: ``<chapter>.title``, ``<chapter>.problem`` and ``chapter.badge.<badge>``.

    Args:
        chapter: key of the chapter's words.
        badge: "live" (computed now), "recorded" (an earlier run), "illustrative" (a formula), "published"
            (numbers printed in a paper) or "schematic" (the points printed in a paper, without its curve).
        values: what the places of the problem hold.
    """
    st.html(f'<h1 class="bnviz-title">{escape(t(f"{chapter}.title"))} {_badge(badge)}</h1>')
    st.markdown(t(f"{chapter}.problem", **values))


def heading(words: str) -> None:
    """Draw the heading of a page that is no chapter."""
    st.html(f'<h1 class="bnviz-title">{escape(words)}</h1>')


def section(key: str) -> None:
    """Draw a section's heading and text: ``<key>.title`` and ``<key>.text``."""
    st.subheader(t(f"{key}.title"), anchor=False)
    st.markdown(t(f"{key}.text"))


def reason(key: str, **values: object) -> None:
    """Draw a reason and its standing.

    Words: ``<key>.why`` and ``<key>.standing`` (measured, proven, reported or disputed).
    """
    standing = escape(t("standing." + t(f"{key}.standing")))
    words = escape(t(f"{key}.why", **values))
    st.html(f'<p class="bnviz-why">{words} <span class="bnviz-standing">{standing}</span></p>')


def predict(key: str, options: Sequence[str], right: str, **values: object) -> bool:
    """Ask the reader for a prediction before anything is shown; return whether one was made.

    Words: ``<key>.question``, ``<key>.option.<option>`` and ``<key>.answer.<option>``, the reply to that option.
    The prediction is kept in the address, so that a teacher can link to the answer.

    Args:
        key: key of the question's words; its last part names the parameter in the address.
        options: the options to choose from.
        right: the option that turns out to be right.
        **values: numbers that the replies quote.
    """
    name = key.rsplit(".", 1)[-1]
    load_into_widget(name, (*options, SHOWN), None)
    if st.session_state[name] == SHOWN or (lecture.on() and st.session_state[name] is None):
        return True  # a projector shows no control: the question is the lecturer's
    guess = st.radio(
        t(f"{key}.question"),
        list(options),
        index=None,
        format_func=lambda option: t(f"{key}.option.{option}"),
        key=name,
        horizontal=True,
    )
    set_param(name, guess, None)
    if guess is None:
        st.button(t("stage.show_me"), key=f"{name}_show", on_click=_show, args=(name,), type="tertiary")
        return False
    message = st.success if guess == right else st.info
    message(t(f"{key}.answer.{guess}", **values))
    return True


def _show(name: str) -> None:
    """Skip a guess: a callback, because a widget's value can be set only before it is drawn."""
    st.session_state[name] = SHOWN
    set_param(name, SHOWN)


def figure(drawn: go.Figure, alt: str, key: str) -> None:
    """Draw a Plotly figure at full width, with its alternative text."""
    if lecture.on():
        drawn = go.Figure(drawn).update_layout(font_size=_LECTURE_FONT)
    st.plotly_chart(drawn, width="stretch", key=key, alt=alt, config={"displaylogo": False})


def lab_link(experiment: Experiment, label: str) -> None:
    """Draw a link to the lab that opens with this experiment."""
    st.page_link(LAB, label=label, icon=":material/science:", query_params=to_query(experiment) or None)
