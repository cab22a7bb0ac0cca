"""The link to what is on screen: the experiment, and the moment that the view shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import streamlit as st

from bnviz.config.limits import limits
from bnviz.config.numbers import count_of
from bnviz.lab import settings, viewer
from bnviz.lab.panels import PANELS
from bnviz.lab.qr_code import qr_code
from bnviz.lab.recordings import downloads
from bnviz.live.place import Place
from bnviz.text.catalogue import translate
from bnviz.text.plain import plain
from bnviz.training.run import MAX_STEPS
from bnviz.ui import lecture, url_state
from bnviz.ui.datasets import file_name, is_for_everyone
from bnviz.ui.outside import reachable
from bnviz.ui.text import language, t

if TYPE_CHECKING:
    from bnviz.live.session import Session

_LISTED_MARKS = 3
TRAINED = "trained"
"""The parameter that says that a step was one of a run: a recording of the same experiment, made on another machine,
has other numbers there."""
OTHERS = ("moment", "embed")
"""What a link opens besides the experiment: its present moment, too, or the view alone on a slide."""


def linked_place() -> Place:
    """Return the moment that the address names; what it does not name or names wrongly is left out."""
    panel = url_state.param("panel")
    step = _number("step")
    return Place(
        panel if panel in PANELS else "", _number("layer"), _number("unit"), step if (step or 0) <= MAX_STEPS else None
    )


def is_of_a_run() -> bool:
    """Return whether the address names a step of a run, not of a recording."""
    return url_state.param(TRAINED) == "true"


def _number(name: str) -> int | None:
    return count_of(url_state.param(name))


@st.fragment
def draw(session: Session) -> None:
    """Draw the button; opening it reads the moment that is on screen then."""
    state: Any = st.session_state
    if lecture.on() or st.context.is_embedded:
        return
    with st.popover(t("sidebar.share"), icon=":material/link:", key="share", on_change="rerun"):
        experiment = settings.remembered(state)
        if is_for_everyone(experiment.base.dataset):
            _links(session, settings.address_of(experiment))
        else:
            st.markdown(t("sidebar.share_upload", name=plain(file_name(experiment.base.dataset))))
            downloads(session, "share")
        for words in left_out(session, language()):
            st.caption(words)


def _links(session: Session, experiment: Mapping[str, str]) -> None:
    """Draw the link to send, for phones its QR code, and below them a choice of links for something else."""
    link = _address(experiment)
    found = reachable(link)
    st.markdown(t("sidebar.share_send"))
    st.code(found or link, language=None, wrap_lines=True)
    picture = qr_code(found, t("sidebar.share_phones")) if found else None
    if found is None:
        st.caption(t("sidebar.share_only_here"))
    elif picture:
        st.caption(t("sidebar.share_phones"))
        st.html(picture)
    _other_links(session, experiment)


def _other_links(session: Session, experiment: Mapping[str, str]) -> None:
    """Draw a choice of what another link opens, and that link."""
    way = st.segmented_control(
        t("sidebar.share_what"), OTHERS, format_func=lambda each: t(f"sidebar.share_way.{each}"), key="share_way"
    )
    if way is None:
        return
    more = moment_of(session) if way == "moment" else {"embed": "true"}
    words = t("sidebar.share_moment", step=f"{int(more['step']):,}") if way == "moment" else t(_embed_words())
    st.caption(words)
    link = _address({**experiment, **more})
    st.code(reachable(link) or link, language=None, wrap_lines=True)


def moment_of(session: Session) -> dict[str, str]:
    """Return the query parameters of what the view shows: panel, layer, unit and step."""
    place = session.place
    step = session.state.step if place.step is None else place.step
    found = {"panel": place.panel or None, "layer": place.layer, "unit": place.unit, "step": step}
    trained = {TRAINED: "true"} if session.source == "live" else {}
    return {name: str(value) for name, value in found.items() if value is not None} | trained


def left_out(session: Session, lang: str) -> list[str]:
    """Return, in words, what a link to this session cannot carry."""
    history = session.history
    if history is None:
        return []
    if session.source == "recorded" and history.description.is_watched:
        return [translate("sidebar.share_watched", lang)]
    found = []
    if session.source == "recorded" and session.is_opened:
        found.append(translate("sidebar.share_recorded", lang))
        if viewer.is_beyond_controls(history):
            found.append(translate("sidebar.share_beyond", lang))
    changed = [mark.step for mark in history.marks if mark.kind == "changed" and mark.text.split("=")[0] != "norm"]
    if changed:
        steps = ", ".join(f"{step:,}" for step in changed[:_LISTED_MARKS])
        more = " …" if len(changed) > _LISTED_MARKS else ""
        found.append(translate("sidebar.share_rates", lang, steps=steps + more))
    if (name := history.experiment.base.dataset).startswith("file:") and is_for_everyone(name):
        found.append(translate("sidebar.share_file", lang))
    return found


def _embed_words() -> str:
    """Return which words stand above the link for a slide: whether this server lets other sites show its pages."""
    closed = limits().frame_ancestors in ("none", "self")
    return "sidebar.share_embed_closed" if closed else "sidebar.share_embed"


def _address(query: Mapping[str, str]) -> str:
    page = (st.context.url or "").partition("?")[0]
    return f"{page}?{urlencode(query, safe=':,/')}"
