"""The part on frameworks: the table of conventions, and the current experiment as a program."""

from __future__ import annotations

from typing import Any

import streamlit as st

from bnviz.chapters.pitfalls import frameworks
from bnviz.chapters.pitfalls.frameworks import Convention
from bnviz.config import PRESETS, Experiment, preset
from bnviz.lab import settings
from bnviz.text.catalogue import arm_labels
from bnviz.ui.chapter import lab_link, reason, section
from bnviz.ui.text import language, t
from bnviz.ui.url_state import load_into_widget, params, set_param
from bnviz.ui.widgets import choose

CURRENT = "current"


def current() -> Experiment:
    """Return the experiment of the address, or else the one that the lab remembers, or else the default scene."""
    query = params(settings.EXPERIMENT_PARAMS)
    state: Any = st.session_state
    return settings.experiment_from_query(query)[0] if query else settings.remembered(state)


def pick() -> tuple[Experiment, int, str]:
    """Draw the choice of an experiment, one of its networks and a framework; return the three."""
    left, middle, right = st.columns([2, 2, 3])
    scenes = (CURRENT, *(name for name, base in PRESETS.items() if frameworks.can_express(base)))
    load_into_widget("code_of", scenes, CURRENT)
    names = {scene: _scene_label(scene) for scene in scenes}
    scene = str(left.selectbox(t("frameworks.scene"), scenes, format_func=names.__getitem__, key="code_of"))
    set_param("code_of", scene, CURRENT)
    experiment = current() if scene == CURRENT else preset(scene)
    labels = arm_labels(experiment, language())
    last = len(labels) - 1  # usually the network with BN
    options = tuple(str(index) for index in range(len(labels)))
    if st.session_state.get("code_arm") not in options:
        st.session_state.pop("code_arm", None)
    load_into_widget("code_arm", options, str(last))
    arm = int(
        middle.radio(
            t("frameworks.arm"), options, format_func=lambda each: labels[int(each)], key="code_arm", horizontal=True
        )
    )
    set_param("code_arm", str(arm), str(last))
    name = choose(right, "framework", "frameworks.framework", frameworks.FRAMEWORKS, "frameworks.name")
    return experiment, arm, name


def table(experiment: Experiment, arm: int) -> None:
    """Draw the conventions of all frameworks beside each other."""
    columns = frameworks.conventions(experiment.configs[arm])
    head = "| | " + " | ".join(t(f"frameworks.name.{each.framework}") for each in columns) + " |"
    rows = [
        f"| {t(f'frameworks.row.{row}')} | " + " | ".join(_cell(row, each) for each in columns) + " |"
        for row in ("layer", "eps", "momentum", "weighs", "settle", "variance", "parameters", "buffers", "switch")
    ]
    st.markdown("\n".join([head, "|---" * (len(columns) + 1) + "|", *rows]))
    settle = {each.framework: each.default_settle for each in columns}
    reason("frameworks", torch=settle["pytorch"], keras=settle["keras"])


def code(experiment: Experiment, arm: int, framework: str) -> None:
    """Draw the program of one network in one framework, and whether a test runs it."""
    config = experiment.configs[arm]
    if not frameworks.can_express(config):
        st.info(t("frameworks.perceptrons"))
        return
    if framework in frameworks.RUN_HERE:
        lone = config.batch_size == 1 and config.norm != "none"
        st.markdown(t("frameworks.single" if lone else "frameworks.exact"))
    else:
        st.markdown(t("frameworks.unrun"))
    st.code(frameworks.source(config, framework), language="python")
    st.caption(t("frameworks.copy"))
    lab_link(experiment, t("frameworks.lab"))


def _scene_label(scene: str) -> str:
    return t("frameworks.scenes.current") if scene == CURRENT else t(f"scene.{scene}.title")


def _cell(row: str, found: Convention) -> str:
    if row == "momentum":
        return f"{_momentum(found)} ({found.default_momentum:g})"
    words = {"weighs": found.weighs, "variance": found.running_variance}
    if row in words:
        return t(f"frameworks.value.{words[row]}")
    plain = {
        "eps": f"{found.eps:g} ({found.default_eps:g})",
        "settle": str(found.default_settle),
        "layer": f"`{found.layer}`",
        "parameters": f"`{found.parameters}`",
        "buffers": f"`{found.buffers}`",
        "switch": f"`{found.switch}`",
    }
    return plain[row]


def _momentum(found: Convention) -> str:
    if found.momentum is not None:
        return f"{found.momentum:g}"
    return t("frameworks.value.average" if found.framework == "pytorch" else "frameworks.value.missing")


def side_by_side() -> None:
    """Draw the current experiment in PyTorch, Keras and JAX."""
    section("frameworks")
    experiment, arm, framework = pick()
    table(experiment, arm)
    code(experiment, arm, framework)
