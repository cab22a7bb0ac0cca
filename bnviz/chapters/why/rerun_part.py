"""The choice of a recorded network of the page "Why it works", and small versions that run now."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.why import cached, drawings_part
from bnviz.chapters.why.findings import DRIFT, LINEAR, NOISE, SHIFT, SMOOTH
from bnviz.ui.chapter import figure
from bnviz.ui.results import live_note, recorded_note, run_button
from bnviz.ui.text import t
from bnviz.ui.widgets import choose


def recorded_scene(key: str, label: str, scenes: tuple[str, ...]) -> str:
    """Draw the recording's provenance, the choice of one of its scenes, and how that was trained; return the scene.

    Args:
        key: key of the widget, also its name in the address.
        label: last part of the key of its label.
        scenes: the scenes to choose from; the first is the default.
    """
    recorded_note(cached.provenance())
    scene = choose(st.container(), key, f"why.control.{label}", scenes, "why.scene")
    study = cached.study(scene)
    st.caption(t(f"why.setup.{scene}", steps=f"{study.steps[-1] + 1:,}", rate=f"{study.lr:g}", seeds=len(study.seeds)))
    return scene


def again(part: str) -> None:
    """Run the network of figure 1 now and draw the result as a part of the page does.

    Args:
        part: "shift", "noisy" or "smooth".
    """
    arms = ["none", "batch"]
    if part != "smooth":
        arms = st.multiselect(
            t("why.control.arms"),
            cached.ARMS,
            ("none", "batch", "noisy"),
            max_selections=cached.MAX_ARMS,
            key=f"arms_{part}",
            format_func=lambda arm: t(f"why.short.{arm}"),
        )
    if not arms:
        st.info(t("why.none_chosen"))
        return
    found = run_button(f"again_{part}", tuple(arms), t("why.again.figure1"), cached.live("figure1", tuple(arms)))
    if found is None:
        return
    live_note()
    if part == "smooth":
        figure(*drawings_part.smooth_drawing(found), "live-smooth")
    else:
        draw = drawings_part.shift_drawing if part == "shift" else drawings_part.noisy_drawing
        figure(*draw(found, 3), f"live-{part}")
    drawings_part.findings_table(found, {"shift": (*SHIFT, *DRIFT), "noisy": NOISE, "smooth": SMOOTH}[part])


def linear_again(scene: str, layer: int) -> None:
    """Run the deep linear network now.

    Args:
        scene: "linear" or "linear_slow".
        layer: number of the layer that is drawn, from 2.
    """
    found = run_button("again_linear", scene, t("why.again.linear"), cached.live(scene, ()))
    if found is None:
        return
    live_note()
    figure(*drawings_part.shift_drawing(found, layer), "linear-shift-live")
    figure(*drawings_part.smooth_drawing(found), "linear-walk-live")
    drawings_part.findings_table(found, LINEAR)
