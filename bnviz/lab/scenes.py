"""The words above and below the live view: what the scene is, what to look for, and why it happens."""

from __future__ import annotations

from html import escape

import streamlit as st

from bnviz.config import Experiment
from bnviz.lab.controls import changed_words
from bnviz.lab.settings import changes_from
from bnviz.ui.text import t

_TWINS = {(("norm", "none"),), (("norm", "batch"),)}


def scene_key(experiment: Experiment) -> str:
    """Return the name of the scene if the experiment is unchanged, else "custom"."""
    usual = set(experiment.arms) == _TWINS
    return experiment.name if usual and not changes_from(experiment) else "custom"


def heading(experiment: Experiment) -> None:
    """Draw the scene's title and what to look for."""
    key = scene_key(experiment)
    st.subheader(t(f"scene.{key}.title"), anchor=False)
    look = t(f"scene.{key}.look")
    if key == "custom" and changes_from(experiment):
        look += " " + t("lab.changed", changes=changed_words(experiment))
    st.html(f'<p class="bnviz-look">{escape(look)}</p>')


def why(experiment: Experiment) -> None:
    """Draw the reason and its standing: measured, proven, reported or disputed."""
    key = scene_key(experiment)
    if key == "custom":
        return
    standing = t("standing." + t(f"scene.{key}.standing"))
    words = escape(t(f"scene.{key}.why"))
    st.html(f'<p class="bnviz-why">{words} <span class="bnviz-standing">{escape(standing)}</span></p>')
