"""Parts of the chapter: one unit, every layer of a run, two limits, and the gradient through many layers."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.saturation import cached, wording
from bnviz.chapters.saturation.depth_figure import depth_figure
from bnviz.chapters.saturation.depth_sweep import DEPTH_SCALES
from bnviz.chapters.saturation.figures import effect_figure, gamma_figure, layers_figure, sweep_figure
from bnviz.chapters.saturation.init_sweep import SCALES, layer_experiment
from bnviz.chapters.saturation.normal_input import activation_curve, batch_norm_effect
from bnviz.chapters.saturation.results import VARIANT_NAMES
from bnviz.telemetry.saturation import CURVES
from bnviz.ui.chapter import figure, lab_link, predict, reason, section
from bnviz.ui.text import t
from bnviz.ui.widgets import choose, figure_style, slider


def unit() -> None:
    """One unit: exact numbers and a drawn batch, before and after BN."""
    section("saturation.unit")
    curve = choose(st.container(), "sat_curve", "saturation.control.curve", CURVES, "saturation.curve")
    guessed = predict("saturation.gain", ("none", "two", "ten", "fifty"), "fifty")
    columns = st.columns(4)
    mean = slider(columns[0], "sat_mean", "saturation.control.mean", (-10.0, 10.0, 0.5), -6.0)
    std = slider(columns[1], "sat_std", "saturation.control.std", (0.0, 5.0, 0.25), 1.0)
    gamma = slider(columns[2], "sat_gamma", "saturation.control.gamma", (-5.0, 5.0, 0.25), 1.0) if guessed else 1.0
    beta = slider(columns[3], "sat_beta", "saturation.control.beta", (-8.0, 8.0, 0.5), 0.0) if guessed else 0.0
    result = batch_norm_effect(curve, mean, std, gamma, beta)
    stages = {"before": result.before, "after": result.after} if guessed else {"before": result.before}
    for place, (name, stage) in zip(st.columns(2), stages.items(), strict=False):
        (label, exact), (_, drawn) = wording.inactive(stage.exact, curve), wording.inactive(stage.sampled, curve)
        place.markdown(f"**{t(f'saturation.unit.{name}')}**")
        left, right = place.columns(2)
        left.metric(label, exact)
        right.metric(t("saturation.unit.slope"), wording.slope(stage.exact))
        place.caption(t("saturation.unit.sampled", share=drawn, slope=wording.slope(stage.sampled)))
    alt = wording.effect_alt(result, guessed)
    figure(effect_figure(result, activation_curve(curve), after=guessed, **figure_style()), alt, "flow")
    if guessed:
        st.markdown(wording.gain(result))
        st.markdown(wording.formula(result))
        reason("saturation.unit")
        st.info(t("saturation.unit.try"), icon=":material/touch_app:")


def layers() -> None:
    """Every layer of real twins, over the scale of the start weights and over training."""
    section("saturation.layers")
    if not predict("saturation.large", ("same", "half", "few", "zero"), "few"):
        return
    left, middle, right = st.columns(3)
    curve = choose(left, "layer_curve", "saturation.control.curve", ("tanh", "sigmoid"), "saturation.curve")
    stat = choose(right, "layer_show", "saturation.control.show", ("saturated", "derivative"), "saturation.show")
    scale = middle.select_slider(
        t("saturation.control.scale"),
        SCALES,
        10.0,
        key="start_scale",
        bind="query-params",
        help=t("saturation.control.scale_help"),
    )
    sweep = cached.layer_stats_at_start(curve)
    alt = t("saturation.alt.sweep", part=t(f"saturation.fig.{stat}"))
    figure(sweep_figure(sweep, stat, scale, **figure_style()), alt, "sweep")
    n_steps = st.select_slider(
        t("saturation.control.steps"), (20, 50, 100, 200, 400), 100, key="updates", bind="query-params"
    )
    with st.spinner(t("saturation.layers.training"), show_time=True):
        run = cached.layer_stats_over_run(curve, scale, n_steps)
    figure(layers_figure(run, stat, **figure_style()), wording.layers_alt(run, stat), "layers")
    st.markdown(wording.run_end(run))
    reason("saturation.layers")
    lab_link(layer_experiment(curve, scale), t("saturation.layers.lab"))


def limits() -> None:
    """Two limits of the story: ReLU, and what gamma and beta learn."""
    section("saturation.relu")
    sweep = cached.layer_stats_at_start("relu")
    alt = t("saturation.alt.sweep", part=t("saturation.fig.dead"))
    figure(sweep_figure(sweep, "dead", 1.0, **figure_style()), alt, "dead")
    reason("saturation.relu")
    section("saturation.gamma")
    if st.toggle(t("saturation.control.later"), key="sat_later", bind="query-params"):
        with st.spinner(t("saturation.layers.training"), show_time=True):
            run = cached.layer_stats_over_run("sigmoid", 1.0, 1000, 2.0)
        figure(gamma_figure(run, "saturated", **figure_style()), t("saturation.alt.gamma", steps=1000), "gammas")
        st.markdown(wording.gamma_note(run))
        reason("saturation.gamma")


def depth() -> None:
    """The gradient through up to 50 layers."""
    section("saturation.depth")
    if not predict("saturation.grows", ("vanishes", "same", "explodes"), "explodes"):
        return
    left, middle, right = st.columns([3, 2, 1])
    curve = choose(left, "deep_curve", "saturation.control.curve", ("relu", "tanh", "sigmoid"), "saturation.curve")
    seed = right.number_input(t("saturation.control.seed"), 0, 9, 0, key="deep_seed", bind="query-params")
    scale = middle.select_slider(
        t("saturation.control.scale"),
        DEPTH_SCALES,
        1,
        key="deep_scale",
        bind="query-params",
        help=t("saturation.depth.scale_help"),
    )
    result = cached.gradients_by_depth(curve, seed, scale)
    factors, ratios = wording.depth_factors(result), wording.depth_ratios(result)
    figure(depth_figure(result, **figure_style()), t("saturation.alt.depth", **factors), "depths")
    st.markdown(f"**{t('saturation.depth.factor')}**")
    for place, name in zip(st.columns(4), VARIANT_NAMES, strict=True):
        place.metric(t(f"saturation.fig.{name}"), f"× {factors[name]}")
        place.caption(t("saturation.depth.ratio", ratio=ratios[name]))
    st.markdown(wording.depth_note(result, scale))
    reason("saturation.depth")
    reason("saturation.yang")
