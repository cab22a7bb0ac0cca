"""Parts of the chapter: the slope in every direction, descent on two features, the loss around real nets."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.gradients import cached, wording
from bnviz.chapters.gradients.directional import SURFACES, directional_derivative, surface_grid
from bnviz.chapters.gradients.figures import derivative_figure, remainder_figure, scaling_figure
from bnviz.chapters.gradients.results import REACH
from bnviz.chapters.gradients.surfaces import NETS, STEPS, surface_experiment
from bnviz.chapters.gradients.surfaces_figure import surfaces_3d
from bnviz.figures import arm_labels, contours
from bnviz.text.numbers import grouped_number
from bnviz.ui.chapter import figure, lab_link, predict, reason, section
from bnviz.ui.text import language, t
from bnviz.ui.widgets import choose, figure_style, slider


def dial() -> None:
    """Turn a direction on a surface and read the slope in it."""
    section("gradients.dial")
    surface = choose(st.container(), "surface", "gradients.control.surface", SURFACES, "gradients.surface")
    left, middle, right = st.columns(3)
    theta = slider(left, "theta", "gradients.control.theta", (0.0, 360.0, 1.0), 60.0)
    x = slider(middle, "at_x", "gradients.control.x", (-REACH, REACH, 0.1), 0.5)
    y = slider(right, "at_y", "gradients.control.y", (-REACH, REACH, 0.1), 0.5)
    found = directional_derivative(surface, x, y, theta)
    numbers = wording.derivative_numbers(found)
    st.markdown(t("gradients.dial.formula", **numbers))
    for place, name in zip(st.columns(3), ("slope", "norm", "steepest"), strict=True):
        place.metric(t(f"gradients.dial.{name}"), numbers[name])
    figure(
        derivative_figure(found, surface_grid(surface), **figure_style()), t("gradients.alt.dial", **numbers), "dial"
    )
    st.info(t("gradients.dial.find", **numbers), icon=":material/touch_app:")
    reason("gradients.dial")
    section("gradients.small")
    figure(remainder_figure(found, **figure_style()), t("gradients.alt.remainder", **numbers), "remainder")
    reason("gradients.small")


def scaling() -> None:
    """Descend on two features of different scale: raw, standardized, whitened."""
    section("gradients.scaling")
    if not predict("gradients.correlated", ("round", "better", "same"), "better"):
        return
    left, middle, right = st.columns(3)
    ratio = left.select_slider(
        t("gradients.control.ratio"), (1, 2, 3, 5, 10, 30, 100), 10, key="ratio", bind="query-params"
    )
    correlation = slider(middle, "rho", "gradients.control.correlation", (0.0, 0.95, 0.05), 0.9)
    lr_share = slider(right, "rate", "gradients.control.share", (0.05, 1.1, 0.05), 0.9)
    found = cached.descents(ratio, correlation, lr_share)
    alt = t("gradients.alt.scaling", **wording.conditions(found))
    figure(scaling_figure(found, **figure_style()), alt, "scaling")
    for place, descent in zip(st.columns(3), found, strict=True):
        place.markdown(f"**{t(f'gradients.form.{descent.form}')}**")
        first, second = place.columns(2)
        first.metric(t("gradients.scaling.max_lr"), grouped_number(descent.max_lr))
        second.metric(t("gradients.scaling.steps"), wording.steps_taken(descent))
    st.markdown(wording.formula(found[0]))
    reason("gradients.scaling")
    st.markdown(t("gradients.scaling.bn"))


def nets() -> None:
    """The loss around real twins, from above and in space."""
    section("gradients.nets")
    st.warning(t("gradients.nets.banner"), icon=":material/layers:")
    columns = st.columns([1.4, 1, 1.1, 1.3])
    net = choose(columns[0], "net_curve", "gradients.control.net", tuple(NETS), "gradients.net")
    n_steps = columns[1].select_slider(t("gradients.control.steps"), STEPS, 100, key="net_steps", bind="query-params")
    plane = choose(columns[2], "cut", "gradients.control.plane", ("pca", "random"), "gradients.plane")
    stats = choose(columns[3], "stats", "gradients.control.stats", ("batch", "running"), "gradients.stats")
    st.caption(t("gradients.control.plane_help"))
    with st.spinner(t("gradients.nets.training"), show_time=True):
        record = cached.real_surface(net, n_steps, plane, stats)
    experiment, ends = surface_experiment(net), wording.final_losses(record)
    labels = arm_labels(experiment, language())
    st.markdown(ends)
    above, space = st.tabs([t("gradients.nets.map"), t("gradients.nets.relief")])
    with above:
        figure(contours(record, labels, **figure_style()), t("gradients.alt.map", ends=ends), "map")
    with space:
        figure(surfaces_3d(record, labels, **figure_style()), t("gradients.alt.relief", ends=ends), "relief")
        st.caption(t("gradients.nets.shadow"))
    st.markdown(t("gradients.nets.running"))
    reason("gradients.nets")
    lab_link(experiment, t("gradients.nets.lab"))
