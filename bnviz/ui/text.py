"""The words of the app in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from bnviz.figures.words import TEXT, catalogue, say

LANGUAGES: Mapping[str, str] = {
    code: name for code, name in {"en": "English", "zh": "中文"}.items() if (TEXT / code).is_dir()
}
"""Languages there are words for, by the name that their readers give them."""

_CHOSEN, _SPOKEN = "lang", "bnviz.spoken"


def language() -> str:
    """Return the reader's language: as chosen (``?lang=``), else the browser's, else English."""
    chosen = st.session_state.get(_CHOSEN) or st.query_params.get("lang")
    if chosen in LANGUAGES:
        return str(chosen)
    return browser_language()


def browser_language() -> str:
    """Return the browser's language if there are words for it, else English."""
    spoken = (st.context.locale or "en").split("-")[0].lower()
    return spoken if spoken in LANGUAGES else "en"


def arrive() -> None:
    """Keep every control's value when the language has changed, before any of them is drawn.

    The browser knows options by their words. In other words it would send back one that is no option any
    more; a value that is written anew makes Streamlit say it in the new words.
    """
    state: Any = st.session_state
    former, state[_SPOKEN] = state.get(_SPOKEN), language()
    if former in (None, state[_SPOKEN]):
        return
    for key in list(state):
        if key != _CHOSEN and _is_choice(state[key]):
            state[key] = state[key]


def _is_choice(value: object) -> bool:
    """Tell choices from buttons, files and charts, whose state must not be written."""
    if isinstance(value, list | tuple):
        return all(_is_choice(each) for each in value)
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def choose_language() -> None:
    """Draw the switch, in the header; a choice other than the browser's own is in the address."""
    if len(LANGUAGES) < 2:
        return
    st.session_state.setdefault(_CHOSEN, language())
    with st.container(key="language"):
        chosen = st.segmented_control(
            t("app.language"),
            list(LANGUAGES),
            required=True,
            format_func=lambda code: LANGUAGES[code],
            key=_CHOSEN,
            label_visibility="collapsed",
        )
    if chosen != browser_language():
        st.query_params["lang"] = str(chosen)
    elif "lang" in st.query_params:
        del st.query_params["lang"]


def t(key: str, **values: object) -> str:
    """Return the sentence of a key, its ``{places}`` filled; an unknown key raises KeyError."""
    return say(key, language(), **values)


def has(key: str) -> bool:
    """Tell whether there is a sentence for this key."""
    return key in catalogue(language())


def branch(*prefixes: str) -> Mapping[str, str]:
    """Return the sentences under some prefixes, keys in full: what the live view gets."""
    return {key: text for key, text in catalogue(language()).items() if key.split(".")[0] in prefixes}
