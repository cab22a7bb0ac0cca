"""The sections of the page: one limit each, with its numbers."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from bnviz.chapters.limits.facts import limits
from bnviz.text.numbers import count
from bnviz.ui import menu
from bnviz.ui.text import t

SECTIONS = ("size", "steps", "data", "seeds", "tuned", "machine", "scope", "learners")


def sections() -> None:
    """Draw the limits, each with what follows from it."""
    st.markdown(t("limits.problem"))
    found = limits()
    numbers = {name: count(value) for name, value in asdict(found).items()} | {"error": f"{found.error:.1f}"}
    with st.container(key="limits_sections"):
        for name in (*SECTIONS, "check"):
            with st.container():  # stays in one piece where the page has two columns
                st.subheader(t(f"limits.{name}.title"), anchor=name)
                st.markdown(t(f"limits.{name}.text", **numbers))
                if name == "check":
                    for page in ("claims", "why", "convolution"):
                        st.page_link(menu.path(page), label=t(f"nav.{page}"), icon=":material/arrow_forward:")
