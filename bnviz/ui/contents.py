"""The contents page: every chapter as a picture with one question, and three paths through them."""

from __future__ import annotations

from itertools import count

import streamlit as st

from bnviz.text.catalogue import tree
from bnviz.ui import menu
from bnviz.ui.component import component
from bnviz.ui.limits import limits_link
from bnviz.ui.stage import link, paths, switch_to
from bnviz.ui.text import branch, has, t


def contents() -> None:
    """Mount the contents page. Words: ``contents.*``."""
    st.html('<span class="bnviz-stage-page"></span>')
    result = component("bnviz_stage", "stage/main.js")(
        key="contents",
        data={
            "kind": "contents",
            "chapters": [{**link(page), "steps": _steps(page)} for page in menu.CHAPTERS],
            "paths": paths(),
            "words": tree(branch("contents"), "contents"),
            "missing": t("stage.missing"),
        },
        on_go_change=lambda: None,
    )
    switch_to(result.go)
    limits_link()


def _steps(page: str) -> int:
    """Return how many steps the text of a chapter's stage has; 0 where it has no stage."""
    return next(number for number in count() if not has(f"{page}.stage.steps.{number + 1}.title"))
