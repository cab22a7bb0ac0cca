"""The part on late BN, and on BN in some layers only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from bnviz.chapters.convolution import cached
from bnviz.chapters.convolution.curves import inserted_at, normed_at
from bnviz.chapters.convolution.late_bn_figure import arm_name, insert_figure, layers_figure
from bnviz.chapters.convolution.late_bn_study import LAYER_CHOICES, SEEDS, STEPS, LateBnStudy
from bnviz.chapters.convolution.results import NEVER, START, ArmCurve
from bnviz.ui.chapter import figure, lab_link, predict, reason, section
from bnviz.ui.results import live_note, recorded_note, run_button, table
from bnviz.ui.text import language, t
from bnviz.ui.widgets import figure_style, value_slider


def insert() -> None:
    """Draw BN inserted into a network that does not learn, and the choice of layers."""
    section("convolution.insert")
    at = value_slider(st.container(), "insert_at", "convolution.control.step", cached.INSERT_STEPS, 200)
    arms = (NEVER, inserted_at(at), START)
    study = cached.late_bn_study()
    if study is None:
        st.info(t("convolution.insert.missing"))
    else:
        _recorded(study, arms, at)
    lab_link(cached.scene(at), t("convolution.insert.lab", step=at))
    found = run_button("again_insert", at, t("convolution.control.again_insert"), cached.live(arms))
    if found is not None:
        live_note()
        _curves({curve.arm: (curve,) for curve in found}, at, "insert-live")
    _layer_choice(study)


def _recorded(study: LateBnStudy, arms: tuple[str, ...], at: int) -> None:
    recorded_note(study.provenance)
    curves = {arm: study.of(arm) for arm in arms}
    st.caption(t("convolution.insert.recorded", seeds=len(SEEDS), steps=STEPS))
    _curves(curves, at, "insert-figure")
    finals = (_percent(curves[arm]) for arm in arms)
    numbers = dict(zip(("never", "inserted", "start"), finals, strict=True))
    st.markdown(t("convolution.insert.saved", step=at, steps=STEPS, **numbers))
    reason("convolution.insert")


def _curves(curves: dict[str, tuple[ArmCurve, ...]], at: int | None, key: str) -> None:
    words = "; ".join(f"{arm_name(arm, language())} {_percent(each)} %" for arm, each in curves.items())
    figure(insert_figure(curves, at, **figure_style()), t("convolution.alt.insert", numbers=words), key)
    head = tuple(t(f"convolution.head.{name}") for name in ("arm", "final", "good"))
    rows = [(arm_name(arm, language()), _percent(each), _good(each)) for arm, each in curves.items()]
    table(head, rows)


def _layer_choice(study: LateBnStudy | None) -> None:
    st.subheader(t("convolution.layer_choice.title"), anchor=False)
    st.markdown(t("convolution.layer_choice.text", steps=STEPS, seeds=len(SEEDS)))
    if not predict("convolution.single", ("first", "last", "nowhere"), "last"):
        return
    if study is not None:
        recorded_note(study.provenance)
        arms = {arm: study.of(arm) for arm in LAYER_CHOICES}
        words = "; ".join(f"{arm_name(arm, language())} {_percent(each)} %" for arm, each in arms.items())
        alt = t("convolution.alt.layer_choice", numbers=words)
        figure(layers_figure(arms, **figure_style()), alt, "layers-figure")
        reason("convolution.layer_choice")
    layers = st.pills(
        t("convolution.control.layers"), cached.LAYERS, selection_mode="multi", default=[1, 3, 5], key="norm_layers"
    )
    arm = normed_at(layers, len(cached.LAYERS))
    found = run_button("again_layers", arm, t("convolution.control.again_layers"), cached.live((arm,)))
    if found is not None:
        live_note()
        _live_choice(found[0])


def _live_choice(curve: ArmCurve) -> None:
    key = "not_reached" if curve.first_good_step is None else "reached"
    good = t(f"convolution.layer_choice.{key}", step=curve.first_good_step)
    name, final = arm_name(curve.arm, language()), _percent((curve,))
    steps = int(curve.tested[-1])
    st.markdown(t("convolution.layer_choice.live", name=name, final=final, steps=steps, good=good))
    _curves({curve.arm: (curve,)}, None, "layers-live")


def _percent(curves: Sequence[ArmCurve]) -> str:
    return f"{100 * float(np.mean([curve.final for curve in curves])):.1f}"


def _good(curves: Sequence[ArmCurve]) -> str:
    return " / ".join("–" if curve.first_good_step is None else str(curve.first_good_step) for curve in curves)
