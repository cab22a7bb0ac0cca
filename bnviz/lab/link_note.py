"""What the lab's address asks for: an experiment, what is wrong with it, and names that the lab does not know."""

from __future__ import annotations

from typing import Any

import streamlit as st

from bnviz.config import FIELDS
from bnviz.lab import settings
from bnviz.text.catalogue import translate
from bnviz.ui import address_note, url_state
from bnviz.ui.text import t, wrong_sentence

SCENE = "scene"
"""What people write for ``preset``."""
KNOWN = frozenset({*settings.EXPERIMENT_PARAMS, SCENE, "panel", "layer", "unit", "step", "trained", "tour", "run"})
"""Names of all parameters that the lab reads, besides those of any page."""

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
    if names := address_note.unknown_names(KNOWN, _meant()):
        address_note.note("lab", t("sidebar.link_unknown", names=names))
    if error is not None:
        if st.session_state[_TYPED]:
            error = error.replace("unknown preset", "unknown scene", 1)
        address_note.note("lab", t("sidebar.link_wrong", error=wrong_sentence(error)))


def _meant() -> dict[str, str]:
    """Return the names that are known, by what a visitor may write: as they are, or as they are labeled."""
    labels = {translate(f"field.{each}.label").lower().replace(" ", "_"): each for each in FIELDS}
    return {each: each for each in KNOWN} | labels
