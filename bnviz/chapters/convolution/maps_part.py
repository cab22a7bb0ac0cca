"""The part on statistics per feature map."""

from __future__ import annotations

import streamlit as st

from bnviz.array_types import Floats
from bnviz.chapters.convolution import cached
from bnviz.chapters.convolution.feature_maps import N_DRAWS, counts
from bnviz.chapters.convolution.figures import shift_figure, shifted_maps_figure, spread_figure
from bnviz.chapters.convolution.real_maps import SAMPLES
from bnviz.chapters.convolution.results import KINDS
from bnviz.text.numbers import number_cell, two_digits
from bnviz.ui.chapter import figure, predict, reason, section
from bnviz.ui.results import table
from bnviz.ui.text import t
from bnviz.ui.widgets import figure_style, value_slider


def per_map() -> None:
    """Draw both kinds of statistics, the noise of their means, and shifted digits."""
    section("convolution.maps")
    if not predict("convolution.guess", ("same", "tenth", "formula"), "tenth"):
        return
    left, right = st.columns(2)
    layer = value_slider(left, "conv_layer", "convolution.control.layer", cached.CONVOLUTIONS, 1)
    m = value_slider(right, "conv_m", "convolution.control.size", cached.SIZES, 64)
    _means(layer, m)
    reason("convolution.maps")
    _shifted()


def _means(layer: int, m: int) -> None:
    shape, spreads = cached.mean_spreads(layer)
    c, p, q = shape
    st.markdown(t("convolution.maps.measured", c=c, p=p, q=q, m=m, draws=N_DRAWS, samples=SAMPLES))
    index = spreads["map"].sizes.tolist().index(m)
    head = tuple(
        t(f"convolution.head.{name}") for name in ("what", "means", "parameters", "values", "independent", "measured")
    )
    rows = []
    for kind in KINDS:
        counted, found = counts(kind, m, *shape), spreads[kind]
        numbers = (f"{each:,}" for each in (counted.means, counted.parameters, counted.values))
        spread = number_cell(found.independent[index]), f"**{number_cell(found.measured[index])}**"
        rows.append((t(f"convolution.head.{kind}"), *numbers, *spread))
    table(head, rows)
    values, worth = int(spreads["map"].values[index]), float(spreads["map"].worth[index])
    words = t("convolution.maps.worth", values=f"{values:,}", worth=f"{worth:,.0f}")
    st.markdown(words + " " + t(f"convolution.maps.{'fewer' if worth < values else 'more'}"))
    if (dead := spreads["activation"].dead) > 0:
        st.markdown(t("convolution.maps.dead", dead=f"{dead:.0%}"))
    alt = "; ".join(
        t("convolution.alt.kind", kind=t(f"convolution.head.{kind}"), values=_join(spreads[kind].measured))
        for kind in KINDS
    )
    figure(spread_figure(spreads, m, **figure_style()), t("convolution.alt.spread", numbers=alt), "conv-spread")


def _shifted() -> None:
    st.subheader(t("convolution.shift.title"), anchor=False)
    st.markdown(t("convolution.shift.text", samples=SAMPLES))
    found = cached.shifted_digits()
    figure(shifted_maps_figure(found, **figure_style()), t("convolution.alt.moved"), "conv-moved")
    numbers = {
        "bare": number_cell(found.bare[-1]),
        "map": number_cell(found.difference[0, -1]),
        "shift": found.shifts[-1],
        "activation": number_cell(found.difference[1, -1]),
        "switched": f"{found.switched[1, -1]:.0%}",
    }
    st.markdown(t("convolution.shift.bare", **numbers))
    alt = t("convolution.alt.shift", map=_join(found.difference[0]), activation=_join(found.difference[1]))
    figure(shift_figure(found, **figure_style()), alt, "conv-shift")
    reason("convolution.shift")


def _join(values: Floats) -> str:
    return ", ".join(map(two_digits, values.tolist()))
