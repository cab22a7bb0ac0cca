"""The words of the app in the reader's language."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import streamlit as st

from bnviz.text.catalogue import TEXT, catalogue, say
from bnviz.ui.url_state import param, set_param

LANGUAGES: Mapping[str, str] = {
    code: name for code, name in {"en": "English", "zh": "中文"}.items() if (TEXT / code).is_dir()
}
"""Languages there are words for, by the name that their readers give them."""

_CHOSEN = "lang"
_SPOKEN, _CHANGED, _KEPT = "bnviz.spoken", "bnviz.language_changed", "bnviz.choices"
_UNHEARD_S = 5.0
"""For so long after a change of language, words of the old one may still be on their way."""


def language() -> str:
    """Return the reader's language: as chosen (``?lang=``), else the browser's, else English."""
    chosen = st.session_state.get(_CHOSEN) or param(_CHOSEN)
    if chosen in LANGUAGES:
        return str(chosen)
    return browser_language()


def browser_language() -> str:
    """Return the browser's language if there are words for it, else English."""
    spoken = (st.context.locale or "en").split("-")[0].lower()
    return spoken if spoken in LANGUAGES else "en"


def keep_values_across_languages() -> None:
    """Keep every control's value when the language changes, before any of them is drawn.

    The browser knows options by their words. A value that is written anew makes Streamlit say it in the new
    words. But what the browser sent before it had heard of them comes in the old words, which are no option
    any more: then the value of before holds.
    """
    state: Any = st.session_state
    former, state[_SPOKEN] = state.get(_SPOKEN), language()
    changed = former not in (None, state[_SPOKEN])
    if changed:
        state[_CHANGED] = (former, time.monotonic())
    old, since = state.get(_CHANGED, ("", -math.inf))
    if time.monotonic() - since < _UNHEARD_S:
        kept = state.get(_KEPT, {})
        for key in _choices(state):
            if key in kept and _in_words_of(old, state[key]):
                state[key] = kept[key]
            elif changed:
                state[key] = state[key]
    state[_KEPT] = {key: state[key] for key in _choices(state)}


def _choices(state: Mapping[str, object]) -> list[str]:
    return [key for key in list(state) if key != _CHOSEN and "." not in key and _is_choice(state[key])]


def _in_words_of(lang: str, value: object) -> bool:
    if isinstance(value, list | tuple):
        return any(_in_words_of(lang, each) for each in value)
    return value in _sentences(lang)


@lru_cache(maxsize=8)
def _sentences(lang: str) -> frozenset[str]:
    return frozenset(catalogue(lang).values())


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
    set_param(_CHOSEN, str(chosen), browser_language())


def t(key: str, **values: object) -> str:
    """Return the sentence of a key, its ``{places}`` filled; an unknown key raises KeyError."""
    return say(key, language(), **values)


def has(key: str) -> bool:
    """Tell whether there is a sentence for this key."""
    return key in catalogue(language())


def branch(*prefixes: str) -> Mapping[str, str]:
    """Return the sentences under some prefixes, keys in full: what the live view gets."""
    return {key: text for key, text in catalogue(language()).items() if key.split(".")[0] in prefixes}
