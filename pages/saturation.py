"""Saturation and depth: one unit, every layer of a run, two limits, and what depth does to the gradient."""

import streamlit as st

from bnviz.chapters.saturation import cached as runs
from bnviz.chapters.saturation import wording as words
from bnviz.chapters.saturation.cached import CURVES
from bnviz.chapters.saturation.depth_figure import NAMES, depth_figure
from bnviz.chapters.saturation.figures import flow_figure, gamma_figure, layers_figure, sweep_figure
from bnviz.chapters.saturation.init_sweep import SCALES, layer_experiment
from bnviz.ui.chapter import figure, lab_link, opening, predict, reason, section
from bnviz.ui.text import t
from bnviz.ui.widgets import choose, figure_style, slider


def one_unit() -> None:
    """One unit: exact numbers and a drawn batch, before and after BN."""
    section("saturation.unit")
    curve = choose(st, "sat_curve", "saturation.control.curve", CURVES, "saturation.curve")
    guessed = predict("saturation.gain", ("none", "two", "ten", "fifty"), "fifty")
    columns = st.columns(4)
    mean = slider(columns[0], "sat_mean", "saturation.control.mean", (-10.0, 10.0, 0.5), -6.0)
    std = slider(columns[1], "sat_std", "saturation.control.std", (0.0, 5.0, 0.25), 1.0)
    gamma = slider(columns[2], "sat_gamma", "saturation.control.gamma", (-5.0, 5.0, 0.25), 1.0) if guessed else 1.0
    beta = slider(columns[3], "sat_beta", "saturation.control.beta", (-8.0, 8.0, 0.5), 0.0) if guessed else 0.0
    result = runs.flow(curve, mean, std, gamma, beta)
    stages = {"before": result.before, "after": result.after} if guessed else {"before": result.before}
    for place, (name, stage) in zip(st.columns(2), stages.items(), strict=False):
        (label, exact), (_, drawn) = words.held(stage.exact, curve), words.held(stage.sampled, curve)
        place.markdown(f"**{t(f'saturation.unit.{name}')}**")
        left, right = place.columns(2)
        left.metric(label, exact)
        right.metric(t("saturation.unit.slope"), words.slope(stage.exact))
        place.caption(t("saturation.unit.sampled", share=drawn, slope=words.slope(stage.sampled)))
    alt = words.flow_alt(result, guessed)
    figure(flow_figure(result, runs.response(curve), after=guessed, **figure_style()), alt, "flow")
    if guessed:
        st.markdown(words.gain(result))
        st.markdown(words.formula(result))
        reason("saturation.unit")
        st.info(t("saturation.unit.try"), icon=":material/touch_app:")


def layers() -> None:
    """Every layer of real twins, over the scale of the start weights and over training."""
    section("saturation.layers")
    if not predict("saturation.large", ("same", "half", "few", "zero"), "few"):
        return
    left, middle, right = st.columns(3)
    curve = choose(left, "layer_curve", "saturation.control.curve", ("tanh", "sigmoid"), "saturation.curve")
    part = choose(right, "layer_show", "saturation.control.show", ("saturated", "derivative"), "saturation.show")
    scale = middle.select_slider(
        t("saturation.control.scale"),
        SCALES,
        10.0,
        key="start_scale",
        bind="query-params",
        help=t("saturation.control.scale_help"),
    )
    sweep = runs.shares_at_start(curve)
    alt = t("saturation.alt.sweep", part=t(f"saturation.fig.{part}"))
    figure(sweep_figure(sweep, part, scale, **figure_style()), alt, "sweep")
    steps = st.select_slider(
        t("saturation.control.steps"), (20, 50, 100, 200, 400), 100, key="updates", bind="query-params"
    )
    with st.spinner(t("saturation.layers.training"), show_time=True):
        run = runs.shares_over_run(curve, scale, steps)
    figure(layers_figure(run, part, **figure_style()), words.layers_alt(run, part), "layers")
    st.markdown(words.run_end(run))
    reason("saturation.layers")
    lab_link(layer_experiment(curve, scale), t("saturation.layers.lab"))


def limits() -> None:
    """Two limits of the story: ReLU, and what gamma and beta learn."""
    section("saturation.relu")
    sweep = runs.shares_at_start("relu")
    alt = t("saturation.alt.sweep", part=t("saturation.fig.dead"))
    figure(sweep_figure(sweep, "dead", 1.0, **figure_style()), alt, "dead")
    reason("saturation.relu")
    section("saturation.gamma")
    if st.toggle(t("saturation.control.later"), key="sat_later", bind="query-params"):
        with st.spinner(t("saturation.layers.training"), show_time=True):
            run = runs.shares_over_run("sigmoid", 1.0, 1000, 2.0)
        figure(gamma_figure(run, "saturated", **figure_style()), t("saturation.alt.gamma", steps=1000), "gammas")
        st.markdown(words.gamma_note(run))
        reason("saturation.gamma")


def deep() -> None:
    """The gradient through up to 50 layers."""
    section("saturation.depth")
    if not predict("saturation.grows", ("vanishes", "same", "explodes"), "explodes"):
        return
    left, right = st.columns([3, 1])
    curve = choose(left, "deep_curve", "saturation.control.curve", ("relu", "tanh", "sigmoid"), "saturation.curve")
    seed = right.number_input(t("saturation.control.seed"), 0, 9, 0, key="deep_seed", bind="query-params")
    result = runs.depth_sweep(curve, seed)
    factors, ratios = words.depth_factors(result), words.depth_ratios(result)
    figure(depth_figure(result, **figure_style()), t("saturation.alt.depth", **factors), "depths")
    st.markdown(f"**{t('saturation.depth.factor')}**")
    for place, name in zip(st.columns(4), NAMES, strict=True):
        place.metric(t(f"saturation.fig.{name}"), f"× {factors[name]}")
        place.caption(t("saturation.depth.ratio", ratio=ratios[name]))
    st.markdown(t(f"saturation.depth.note_{curve}", measured=factors["bn"], reported=words.YANG))
    reason("saturation.depth")
    reason("saturation.yang")


PARTS = {"unit": one_unit, "layers": layers, "limits": limits, "depth": deep}

opening("saturation", "live")
PARTS[choose(st, "sat_part", "saturation.part", tuple(PARTS), "saturation.parts")]()
