"""The sentences of the app in the reader's language."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any

import streamlit as st

from bnviz.text.catalogue import TEXT, catalogue, translate
from bnviz.text.plain import plain_sentence
from bnviz.ui.url_state import param, set_param

LANGUAGES: Mapping[str, str] = {
    code: name for code, name in {"en": "English", "zh": "中文"}.items() if (TEXT / code).is_dir()
}
"""Languages that have sentences: their code, and their name in the language itself."""

_CHOSEN = "lang"
_LANGUAGE, _CHANGED, _VALUES = "bnviz.spoken", "bnviz.language_changed", "bnviz.choices"
_DELAY_S = 5.0
"""For so long after a change of language, the browser may still send options in the old language."""


def language() -> str:
    """Return the reader's language: as chosen (``?lang=``), else the browser's, else English."""
    chosen = st.session_state.get(_CHOSEN) or param(_CHOSEN)
    if chosen in LANGUAGES:
        return str(chosen)
    return browser_language()


def browser_language() -> str:
    """Return the browser's language if the app has it, else English."""
    locale = (st.context.locale or "en").split("-")[0].lower()
    return locale if locale in LANGUAGES else "en"


def keep_values_across_languages() -> None:
    """Keep the value of every control when the language changes, before any control is drawn.

    The browser identifies an option by its label. Writing a value again makes Streamlit send it with the new
    label. A message that the browser sent before it knew the new labels still carries an old one, which is no
    longer an option; then the former value is restored.
    """
    state: Any = st.session_state
    former, state[_LANGUAGE] = state.get(_LANGUAGE), language()
    changed = former not in (None, state[_LANGUAGE])
    if changed:
        state[_CHANGED] = (former, time.monotonic())
    old, since = state.get(_CHANGED, ("", -math.inf))
    if time.monotonic() - since < _DELAY_S:
        kept = state.get(_VALUES, {})
        for key in _choices(state):
            if key in kept and _is_label_in(old, state[key]):
                state[key] = kept[key]
            elif changed:
                state[key] = state[key]
    state[_VALUES] = {key: state[key] for key in _choices(state)}


def _choices(state: Mapping[str, object]) -> list[str]:
    return [key for key in list(state) if key != _CHOSEN and "." not in key and _is_choice(state[key])]


def _is_label_in(lang: str, value: object) -> bool:
    if isinstance(value, list | tuple):
        return any(_is_label_in(lang, each) for each in value)
    return value in _sentences(lang)


@lru_cache(maxsize=8)
def _sentences(lang: str) -> frozenset[str]:
    return frozenset(catalogue(lang).values())


def _is_choice(value: object) -> bool:
    """Return whether a value is that of a choice; the state of buttons, files and charts must not be written."""
    if isinstance(value, list | tuple):
        return all(_is_choice(each) for each in value)
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def choose_language() -> None:
    """Draw a button for every other language; a language other than the browser's is kept in the address."""
    chosen = st.session_state[_CHOSEN] = language()
    with st.container(key="language", horizontal=True, gap="small"):
        words = {"title": t("app.unconnected"), "data-borrowed": json.dumps(borrowed(chosen), ensure_ascii=False)}
        # Read by assets/page: the language, what is said in it while the server does not answer, and Streamlit's words.
        said = " ".join(f'{name}="{escape(text)}"' for name, text in words.items())
        st.html(f'<span class="bnviz-language" lang="{chosen}" {said}></span>')
        for code in LANGUAGES:
            if code != chosen:
                st.button(LANGUAGES[code], key=f"speak_{code}", on_click=_speak, args=(code,))
    set_param(_CHOSEN, chosen, browser_language())


@lru_cache(maxsize=4)
def borrowed(lang: str) -> list[tuple[str, str]]:
    """Return what Streamlit and Plotly write in English alone, each with our words for it; nothing in English."""
    theirs, ours = catalogue("en"), catalogue(lang)
    names = [name for name in theirs if name.startswith("borrowed.")] if lang != "en" else []
    return [(theirs[name], ours[name]) for name in names]


def _speak(code: str) -> None:
    st.session_state[_CHOSEN] = code


def t(key: str, **values: object) -> str:
    """Return the sentence of a key with its ``{placeholders}`` filled; an unknown key raises KeyError."""
    return translate(key, language(), **values)


def wrong_sentence(error: object) -> str:
    """Return what an error says in the reader's language, to be shown as it is or inside another sentence."""
    return plain_sentence(error, language())


def has(key: str) -> bool:
    """Return whether there is a sentence with this key."""
    return key in catalogue(language())


def branch(*prefixes: str) -> Mapping[str, str]:
    """Return all sentences whose keys start with one of the prefixes, by their full keys."""
    return {key: text for key, text in catalogue(language()).items() if key.split(".")[0] in prefixes}
