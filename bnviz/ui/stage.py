"""The stage of a chapter: a picture that answers the hand beside short steps of text, and what rests below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from bnviz.text.catalogue import tree
from bnviz.ui import lecture, menu
from bnviz.ui.chapter import BADGES
from bnviz.ui.component import component
from bnviz.ui.text import branch, language, t
from bnviz.ui.url_state import param, params_beyond, set_param

EXPLORE = "explore"
"""Parameter of the address that opens what rests below the stage."""

ORIGINS = (*BADGES, "both")
"""Where the numbers of a picture come from: as in ``chapter.BADGES``, or some computed and some recorded."""


def chapter_stage(
    chapter: str, explore: Callable[[], None], *, badge: str = "live", data: Mapping[str, Any] | None = None
) -> None:
    """Draw a chapter's page: the stage, "Explore the data", and the way to the chapters before and after.

    The picture is ``assets/stage/heroes/<chapter>/hero.js``. Words: ``<chapter>.stage.title``, ``.lede``, ``.label``
    (of the picture), ``.steps.<number>.title`` and ``.text``, and what the picture itself says.

    Args:
        chapter: name of the page.
        explore: draws what the chapter has beyond the picture: figures, tables, files.
        badge: where the picture's numbers come from, one of ``ORIGINS``.
        data: what was measured, as plain JSON values; the picture's module knows its form.
    """
    st.html('<span class="bnviz-stage-page"></span>')
    stage(chapter, badge, data)
    if not lecture.on():  # a projector shows no control
        _explore(explore)
    foot(chapter)


def stage(chapter: str, badge: str, data: Mapping[str, Any] | None) -> None:
    """Mount a chapter's stage; see ``chapter_stage``."""
    if badge not in ORIGINS:
        raise ValueError(f"badge must be one of {', '.join(ORIGINS)}, got {badge!r}")
    origin = {"kind": badge, "label": t(f"stage.origin.{badge}"), "help": t(f"stage.origin_help.{badge}")}
    component("bnviz_stage", "stage/main.js")(
        key="stage",
        data={
            "kind": "stage",
            "chapter": chapter,
            "language": language(),
            "badge": origin,
            "crumb": crumb(chapter),
            "paths": paths(),
            "words": tree(branch(chapter), f"{chapter}.stage"),
            "kit": tree(branch("stage"), "stage"),
            "data": data,
            "lecture": lecture.on(),
            "missing": t("stage.missing"),
        },
    )


def foot(chapter: str) -> None:
    """Mount the links to the chapters before and after."""
    at = menu.CHAPTERS.index(chapter)
    around = menu.CHAPTERS[at - 1 : at] + menu.CHAPTERS[at + 1 : at + 2] if at else menu.CHAPTERS[1:2]
    previous, following = (None, around[0]) if not at else (around[0], around[1] if len(around) > 1 else None)
    result = component("bnviz_stage", "stage/main.js")(
        key="foot",
        data={
            "kind": "foot",
            "chapter": chapter,
            "contents": link("contents"),
            "paths": paths(),
            "chapters": [link(page) for page in menu.CHAPTERS],
            "previous": link(previous) if previous else None,
            "next": link(following) if following else None,
            "kit": tree(branch("stage"), "stage"),
            "missing": t("stage.missing"),
        },
        on_go_change=lambda: None,
    )
    switch_to(result.go)


def switch_to(page: object) -> None:
    """Go to the page that a link of ours named; anything else stays without effect."""
    if page == "contents" or page in menu.CHAPTERS:
        st.switch_page(menu.path(str(page)))


def link(page: str) -> dict[str, str]:
    """Return what a link to a page shows: its name, its title, its question and its address."""
    question = t("contents.lede" if page == "contents" else f"contents.question.{page}")
    return {"page": page, "title": t(f"nav.{page}"), "question": question, "address": page}


def paths() -> list[dict[str, Any]]:
    """Return the paths through the chapters: name, title, what they are about, and their pages."""
    return [
        {"name": name, "title": t(f"contents.path.{name}"), "about": t(f"contents.about.{name}"), "pages": list(pages)}
        for name, pages in menu.PATHS.items()
    ]


def crumb(chapter: str) -> str:
    """Return where a chapter stands in its section of the menu, in words."""
    section = next(name for name, pages in menu.MENU.items() if chapter in pages)
    pages = menu.MENU[section]
    return t("stage.crumb", section=t(f"nav.section.{section}"), number=pages.index(chapter) + 1, count=len(pages))


def _explore(draw: Callable[[], None]) -> None:
    """Draw what rests below the stage once it is opened; an address that names a part of it opens it."""
    with st.container(key="explore_head", horizontal=True, vertical_alignment="center"):
        st.subheader(t("stage.explore"), anchor=False, width="content")
        st.session_state.setdefault(EXPLORE, param(EXPLORE) == "true" or bool(params_beyond()))
        opened = st.toggle(t("stage.explore_open"), key=EXPLORE, help=t("stage.explore_help"))
    set_param(EXPLORE, "true" if opened else None)
    if opened:
        draw()
