"""The part with filters and feature maps as pictures."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.convolution import cached
from bnviz.chapters.convolution.net_pictures import (
    EXPERIMENT,
    TwinWeights,
    layer_pictures,
    train_twins,
    untrained_twins,
)
from bnviz.chapters.convolution.picture_figure import pictures_figure
from bnviz.chapters.convolution.recorded_weights import recorded
from bnviz.chapters.convolution.results import ArmPictures
from bnviz.config import InputError
from bnviz.text.catalogue import arm_labels
from bnviz.text.numbers import two_digits
from bnviz.ui.chapter import figure, reason, section
from bnviz.ui.results import live_note, recorded_note, run_button
from bnviz.ui.text import language, t
from bnviz.ui.widgets import choose, figure_style, value_slider


def show_pictures() -> None:
    """Draw one digit in one layer of the twins, before or after training."""
    section("convolution.pictures")
    left, middle, right = st.columns(3)
    moment = choose(left, "conv_moment", "convolution.control.moment", ("trained", "start"), "convolution.moments")
    layer = value_slider(middle, "conv_layer", "convolution.control.layer", cached.CONVOLUTIONS, 1)
    index = right.number_input(t("convolution.control.index"), 0, 999, 0, key="test_digit", bind="query-params")
    box = st.container()  # the result of the button below is drawn above it
    fresh = run_button("again_pictures", "twins", t("convolution.control.again_pictures"), train_twins)
    with box:
        if moment == "start":
            st.markdown(t("convolution.pictures.start"))
            _draw(untrained_twins(), index, layer)
        else:
            _trained(fresh, index, layer)
    reason("convolution.pictures")


def _trained(fresh: TwinWeights | None, index: int, layer: int) -> None:
    twins = fresh
    if twins is None:
        try:
            twins, provenance = recorded()
        except InputError:
            st.info(t("convolution.pictures.missing"))
            return
        recorded_note(provenance)
        st.caption(t("convolution.pictures.recorded"))
    else:
        live_note()
    none, batch = (f"{100 * accuracy:.1f}" for accuracy in twins.accuracy)
    st.markdown(t("convolution.pictures.trained", steps=twins.steps, none=none, batch=batch))
    _draw(twins, index, layer)


def _draw(twins: TwinWeights, index: int, layer: int) -> None:
    arms = layer_pictures(twins, index, layer)
    names = arm_labels(EXPERIMENT, language())
    numbers = "; ".join(f"{name} {_spread(arm)}" for name, arm in zip(names, arms, strict=True))
    alt = t("convolution.alt.pictures", layer=layer, index=index, numbers=numbers)
    figure(pictures_figure(arms, names, **figure_style()), alt, "conv-pictures")
    st.caption(t("convolution.pictures.scale"))


def _spread(arm: ArmPictures) -> str:
    return two_digits(float(arm.sds["norm" if "norm" in arm.sds else "conv"].mean()))
