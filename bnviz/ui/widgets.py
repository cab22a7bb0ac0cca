"""Controls of a chapter that the address keeps, and the look of its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bnviz.ui.text import language, t
from bnviz.ui.url import from_address, to_address


def look() -> dict[str, Any]:
    """Return language and darkness of the page, as every figure takes them."""
    return {"lang": language(), "dark": st.context.theme.type == "dark"}


def choose(place: DeltaGenerator, key: str, label: str, options: Sequence[str], names: str) -> str:
    """Draw a choice whose first option is the default.

    Args:
        place: where.
        key: of the widget; also its name in the address.
        label: key of its words.
        options: what may be chosen.
        names: prefix of the options' words.
    """
    from_address(key, options, options[0])
    chosen = str(
        place.segmented_control(
            t(label),
            list(options),
            required=True,
            key=key,
            format_func=lambda option: t(f"{names}.{option}"),
        )
    )
    to_address(key, chosen, options[0])
    return chosen


def slide(
    place: DeltaGenerator, key: str, label: str, bounds: tuple[float, float, float], value: float
) -> float:
    """Draw a slider.

    Args:
        place: where.
        key: of the widget; also its name in the address.
        label: key of its words.
        bounds: smallest value, largest value, step.
        value: the default.
    """
    low, high, step = bounds
    return float(place.slider(t(label), low, high, value, step, key=key, bind="query-params"))
