"""What the lab's address asks for: an experiment, what is wrong with it, and names that the lab does not know."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import streamlit as st

from bnviz.config import FIELDS
from bnviz.lab import settings
from bnviz.text.catalogue import translate
from bnviz.text.plain import plain
from bnviz.ui import address_note, url_state
from bnviz.ui.text import t, wrong_sentence

SCENE = "scene"
"""What people write for ``preset``."""
KNOWN = frozenset({*settings.EXPERIMENT_PARAMS, SCENE, "panel", "layer", "unit", "step", "trained", "tour", "run"})
"""Names of all parameters that the lab reads, besides those of any page."""

_LISTED = 3
_LIKE = 0.6
_TYPED = "bnviz.scene_typed"


def asked() -> dict[str, str]:
    """Return what the address says of the experiment; ``scene`` stands for ``preset``."""
    state: Any = st.session_state
    found, scene = url_state.params(settings.EXPERIMENT_PARAMS), url_state.param(SCENE)
    state[_TYPED] = bool(scene) and "preset" not in found
    url_state.set_param(SCENE, None)
    return {"preset": scene, **found} if scene else found


def tell(error: str | None) -> None:
    """Say in one line what is wrong with the address: the error of its experiment, and names that are not known."""
    sentences = []
    if strange := [name for name in address_note.new_names() if name not in KNOWN]:
        names = ", ".join(_named(name) for name in strange[:_LISTED]) + (" …" if len(strange) > _LISTED else "")
        sentences.append(t("sidebar.link_unknown", names=names))
    if error is not None:
        if st.session_state[_TYPED]:
            error = error.replace("unknown preset", "unknown scene", 1)
        sentences.append(t("sidebar.link_wrong", error=wrong_sentence(error)))
    if sentences:
        address_note.note("lab", " ".join(sentences))


def _named(name: str) -> str:
    """Return a name that is not known, with the one that was perhaps meant: as it is written, or as it is labeled."""
    meant = {each: each for each in KNOWN} | {
        translate(f"field.{each}.label").lower().replace(" ", "_"): each for each in FIELDS
    }
    near = get_close_matches(name.lower(), meant, 1, _LIKE)
    return t("sidebar.link_perhaps", name=plain(name), near=plain(meant[near[0]])) if near else plain(name)
