"""The parts of the page "Why it works"."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.why import cached, drawings_part
from bnviz.chapters.why.findings import DRIFT, LINEAR, NOISE, SHIFT, SMOOTH
from bnviz.chapters.why.rerun_part import again, linear_again, recorded_scene
from bnviz.chapters.why.wording import FORMULAS, phase_words
from bnviz.ui.chapter import figure, predict, reason, section
from bnviz.ui.text import t
from bnviz.ui.widgets import value_slider


def shift() -> None:
    """Draw covariate shift by its definition, and the drift of distributions."""
    section("why.shift")
    st.latex(FORMULAS["shift"])
    if not predict("why.turn", ("none", "batch", "depends"), cached.turned_more()):
        return
    scene = recorded_scene("why_net", "scene", cached.NETS)
    figure(*drawings_part.ratio_drawing(cached.study(scene)), "ratio-figure")
    st.markdown(phase_words(cached.study(scene)))
    drawings_part.findings_table(cached.study(scene), (*SHIFT, *DRIFT))
    kind = cached.group(scene)
    layer = value_slider(
        st.container(), f"layer_{kind}", "why.control.layer", cached.layers(scene), cached.FIRST_LAYER[kind]
    )
    figure(*drawings_part.shift_drawing(cached.study(scene), layer), "shift-figure")
    for each in ("ics_claim", "ics_dispute", "scale"):
        reason(f"why.{each}")
    section("why.drift")
    hidden = value_slider(st.container(), "drift_layer", "why.control.hidden", cached.hidden_layers("figure1"), 3)
    figure(*drawings_part.quantile_drawing(cached.study("figure1"), hidden), "quantile-figure")
    again("shift")


def noisy() -> None:
    """Draw BN with noise after it, and the same noise without BN."""
    section("why.noisy")
    st.latex(FORMULAS["noise"])
    if not predict("why.shaken", ("same", "between", "plain"), cached.noisy_learned()):
        return
    scene = recorded_scene("noisy_net", "scene", cached.NETS[:2])
    layer = 3
    if cached.has_jump(scene):
        key = f"noisy_layer_{cached.group(scene)}"
        layer = value_slider(st.container(), key, "why.control.hidden", cached.hidden_layers(scene), 3)
    figure(*drawings_part.noisy_drawing(cached.study(scene), layer), "noisy-figure")
    drawings_part.findings_table(cached.study(scene), NOISE)
    reason("why.noisy")
    reason("why.mode")
    reason("why.jump")
    again("noisy")


def smooth() -> None:
    """Draw walks along the current gradient."""
    section("why.smooth")
    st.latex(FORMULAS["smooth"])
    if not predict("why.rough", ("none", "batch", "depends"), cached.rougher()):
        return
    scene = recorded_scene("smooth_net", "scene", cached.NETS)
    figure(*drawings_part.smooth_drawing(cached.study(scene)), "smooth-figure")
    drawings_part.findings_table(cached.study(scene), SMOOTH)
    for each in ("smooth", "unique", "measure"):
        reason(f"why.{each}")
    again("smooth")


def identity() -> None:
    """Draw the identity of the gradient before BN."""
    section("why.identity")
    st.latex(FORMULAS["identity"])
    left, middle, right = st.columns(3)
    trained = value_slider(left, "id_steps", "why.control.trained", cached.TRAINED, 100)
    batch = value_slider(middle, "id_batch", "why.control.batch", cached.BATCHES, 60)
    eps = value_slider(right, "id_eps", "why.control.eps", cached.EPSILONS, 0.0)
    with st.spinner(t("why.training"), show_time=True):
        found = cached.identity(trained, batch, eps)
    drawings_part.identity_table(found)
    figure(*drawings_part.identity_drawing(found), "identity-figure")
    for each in ("identity", "bound", "factor"):
        reason(f"why.{each}")


def linear() -> None:
    """Draw the deep linear network."""
    section("why.linear")
    scene = recorded_scene("linear_rate", "rate", cached.LINEARS)
    layer = value_slider(
        st.container(), "layer_linear", "why.control.layer", cached.layers(scene), cached.FIRST_LAYER["linear"]
    )
    study = cached.study(scene)
    figure(*drawings_part.shift_drawing(study, layer), "linear-shift")
    figure(*drawings_part.smooth_drawing(study), "linear-walk")
    drawings_part.findings_table(study, LINEAR)
    reason("why.linear")
    linear_again(scene, layer)
