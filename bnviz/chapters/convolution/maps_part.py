"""The part on statistics per feature map."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.convolution import cached
from bnviz.chapters.convolution.feature_maps import DRAWS, counts
from bnviz.chapters.convolution.figures import moved_figure, shift_figure, spread_figure
from bnviz.chapters.convolution.real_maps import SAMPLES
from bnviz.chapters.convolution.results import KINDS
from bnviz.text.numbers import number_cell
from bnviz.ui.chapter import figure, predict, reason, section
from bnviz.ui.results import table
from bnviz.ui.text import t
from bnviz.ui.widgets import figure_style, value_slider


def per_map() -> None:
    """Draw both ways of counting, how noisy their means are, and a moved picture."""
    section("convolution.maps")
    if not predict("convolution.guess", ("same", "tenth", "formula"), "tenth"):
        return
    left, right = st.columns(2)
    layer = value_slider(left, "conv_layer", "convolution.control.layer", cached.CONVOLUTIONS, 1)
    m = value_slider(right, "conv_m", "convolution.control.size", cached.SIZES, 64)
    _means(layer, m)
    reason("convolution.maps")
    _moved()


def _means(layer: int, m: int) -> None:
    shape, spreads = cached.spread(layer)
    c, p, q = shape
    st.markdown(t("convolution.maps.measured", c=c, p=p, q=q, m=m, draws=DRAWS, samples=SAMPLES))
    place = spreads["map"].sizes.tolist().index(m)
    head = tuple(
        t(f"convolution.head.{name}") for name in ("what", "means", "parameters", "values", "independent", "measured")
    )
    rows = []
    for kind in KINDS:
        counted, found = counts(kind, m, *shape), spreads[kind]
        numbers = (f"{each:,}" for each in (counted.means, counted.parameters, counted.values))
        spread = number_cell(found.independent[place]), f"**{number_cell(found.measured[place])}**"
        rows.append((t(f"convolution.head.{kind}"), *numbers, *spread))
    table(head, rows)
    values, worth = int(spreads["map"].values[place]), float(spreads["map"].worth[place])
    words = t("convolution.maps.worth", values=f"{values:,}", worth=f"{worth:,.0f}")
    st.markdown(words + " " + t(f"convolution.maps.{'fewer' if worth < values else 'more'}"))
    if (dead := spreads["activation"].dead) > 0:
        st.markdown(t("convolution.maps.dead", dead=f"{dead:.0%}"))
    alt = "; ".join(
        t("convolution.alt.kind", kind=t(f"convolution.head.{kind}"), values=_join(spreads[kind].measured))
        for kind in KINDS
    )
    figure(spread_figure(spreads, m, **figure_style()), t("convolution.alt.spread", numbers=alt), "conv-spread")


def _moved() -> None:
    st.subheader(t("convolution.shift.title"), anchor=False)
    st.markdown(t("convolution.shift.text", samples=SAMPLES))
    test = cached.shift()
    figure(moved_figure(test, **figure_style()), t("convolution.alt.moved"), "conv-moved")
    numbers = {
        "bare": number_cell(test.bare[-1]),
        "map": number_cell(test.difference[0, -1]),
        "shift": test.shifts[-1],
        "activation": number_cell(test.difference[1, -1]),
        "switched": f"{test.switched[1, -1]:.0%}",
    }
    st.markdown(t("convolution.shift.bare", **numbers))
    alt = t("convolution.alt.shift", map=_join(test.difference[0]), activation=_join(test.difference[1]))
    figure(shift_figure(test, **figure_style()), alt, "conv-shift")
    reason("convolution.shift")


def _join(values: object) -> str:
    return ", ".join(f"{value:.2g}" for value in values)  # type: ignore[attr-defined]
