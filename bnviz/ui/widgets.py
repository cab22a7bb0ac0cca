"""Controls of a chapter whose values are kept in the address, and the style of its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bnviz.ui.text import language, t
from bnviz.ui.url_state import load_into_widget, set_param

Number = TypeVar("Number", int, float)


def figure_style() -> dict[str, Any]:
    """Return the keyword arguments of every figure: the page's language, and whether it is dark."""
    return {"lang": language(), "dark": st.context.theme.type == "dark"}


def choose(place: DeltaGenerator, key: str, label: str, options: Sequence[str], names: str) -> str:
    """Draw a row of buttons, one per option; return the chosen option. The first one is the default.

    Args:
        place: the container to draw in.
        key: key of the widget, and its name in the address.
        label: key of the label's words.
        options: the values to choose from.
        names: prefix of the keys of the options' words.
    """
    load_into_widget(key, options, options[0])
    chosen = str(
        place.segmented_control(
            t(label), list(options), required=True, key=key, format_func=lambda option: t(f"{names}.{option}")
        )
    )
    set_param(key, chosen, options[0])
    return chosen


def slider(place: DeltaGenerator, key: str, label: str, bounds: tuple[float, float, float], value: float) -> float:
    """Draw a slider over a range; return its value.

    Args:
        place: the container to draw in.
        key: key of the widget, and its name in the address.
        label: key of the label's words.
        bounds: the smallest value, the largest value and the step between values.
        value: the default.
    """
    low, high, step = bounds
    return float(place.slider(t(label), low, high, value, step, key=key, bind="query-params"))


def value_slider(place: DeltaGenerator, key: str, label: str, values: Sequence[Number], value: Number) -> Number:
    """Draw a slider over a few listed values; return the chosen one.

    Args:
        place: the container to draw in.
        key: key of the widget, and its name in the address.
        label: key of the label's words.
        values: the values to choose from, in order.
        value: the default.
    """
    return place.select_slider(
        t(label), values, value, key=key, bind="query-params", format_func=lambda each: f"{each:g}"
    )
