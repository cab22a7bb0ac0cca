"""The words above and below the live view: what the scene is, what to look for, and why it happens."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from bnviz.config import PRESETS, Experiment, preset
from bnviz.lab import viewer
from bnviz.lab.controls import changed_words, load_into_widgets
from bnviz.lab.settings import FIRST_SCENE, RATES, changes_from
from bnviz.ui import menu
from bnviz.ui.text import t

if TYPE_CHECKING:
    from bnviz.live.session import Session

LINKS: dict[str, tuple[str, dict[str, str]]] = {
    "best-rates": (
        "survival",
        {
            "map_seeds": "5",
            "map_steps": "1000",
            "map_x": "lr=0.125:32.0:9",
            "map_y": "init_scale=1.0:8.0:4",
            "map_at": "4.2",
            "alive": "show",
        },
    )
}
"""Where a scene leads on to: a page and its query; the words are ``scene.<name>.link``."""

FOLLOWED_BY = {"default": "sigmoid-start", "sigmoid-start": "best-rates"}
"""The scene that a scene leads on to; the words are ``scene.<name>.link``."""

_BATCHES = {"batch_size", "shuffle"}
"""Fields whose networks do not see the same batches."""
_STARTS = {"net", "width", "depth", "init", "init_std", "init_scale", "seed", "dataset"}
"""Fields whose networks do not start from the same weights."""


def scene_key(experiment: Experiment) -> str:
    """Return the name of the scene if the experiment is unchanged, else "custom"."""
    known = experiment.name in PRESETS and set(experiment.arms) == set(preset(experiment.name).arms)
    return experiment.name if known and not changes_from(experiment) else "custom"


def comparison_key(experiment: Experiment) -> str:
    """Return which heading is true of a changed scene: what its networks share, and in how much they differ."""
    if len(experiment.arms) == 1:
        return "single"
    if set(experiment.differing) == {"norm", "lr"}:
        return RATES
    if len(experiment.differing) > 1:
        return "several"
    if _BATCHES & set(experiment.differing):
        return "batches"
    return "starts" if _STARTS & set(experiment.differing) else "custom"


def loop_to(experiment: Experiment, session: Session) -> int | None:
    """Return up to which step the first view plays its recording by itself; None for all other views."""
    history = session.history
    is_first = session.source == "recorded" and scene_key(experiment) == FIRST_SCENE
    if not is_first or history is None or not history.frames or not viewer.same_run(history.experiment, experiment):
        return None
    return history.frames[-1].step


def heading(experiment: Experiment) -> None:
    """Draw the scene's title and what to look for."""
    key = scene_key(experiment)
    shown = comparison_key(experiment) if key == "custom" else key
    st.title(t(f"scene.{shown}.title"), anchor=False)
    look = t(f"scene.{shown}.look")
    if key == "custom" and changes_from(experiment):
        look += " " + t("lab.changed", changes=changed_words(experiment))
    st.html(f'<p class="bnviz-look">{escape(look)}</p>')


def next_scene(experiment: Experiment) -> Experiment:
    """Return the scene that follows, with the seed and the device of this one."""
    following = preset(FOLLOWED_BY[scene_key(experiment)])
    base = following.base.with_fields(seed=experiment.base.seed, device=experiment.base.device)
    return replace(following, base=base)


def why(experiment: Experiment) -> None:
    """Draw the reason and its standing: measured, proven, reported or disputed."""
    key = scene_key(experiment)
    if key == "custom":
        return
    standing = t("standing." + t(f"scene.{key}.standing"))
    words = escape(t(f"scene.{key}.why"))
    st.html(f'<p class="bnviz-why">{words} <span class="bnviz-standing">{escape(standing)}</span></p>')
    if key in FOLLOWED_BY and st.button(
        t(f"scene.{key}.link"), key="next_scene", icon=":material/arrow_forward:", type="tertiary"
    ):
        load_into_widgets(next_scene(experiment))
        st.rerun()
    if key in LINKS:
        page, query = LINKS[key]
        st.page_link(menu.path(page), label=t(f"scene.{key}.link"), icon=":material/arrow_forward:", query_params=query)
