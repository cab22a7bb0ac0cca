"""Controls of the chapter on training and inference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bnviz.norms.momentum import to_keras
from bnviz.ui.text import t
from bnviz.ui.widgets import choose

# Per convention: the values to choose from, the framework's default, and whether it weighs the new or old value.
_MOMENTA: Mapping[str, tuple[tuple[float, ...], float, str]] = MappingProxyType(
    {
        "pytorch": ((0.001, 0.01, 0.03, 0.1, 0.3, 1.0), 0.1, "new"),
        "keras": ((0.0, 0.7, 0.9, 0.97, 0.99, 0.999), 0.99, "old"),
    }
)


def metrics(pairs: Sequence[tuple[str, str]]) -> None:
    """Draw labels and values side by side."""
    for place, (label, value) in zip(st.columns(len(pairs)), pairs, strict=True):
        place.metric(label, value)


def momentum_control(left: DeltaGenerator, right: DeltaGenerator) -> float:
    """Draw the choice of a momentum in either convention, each with its own default; return PyTorch's."""
    names = "inference.chase.conventions"
    convention = choose(left, "written", "inference.chase.convention", tuple(_MOMENTA), names)
    options, default, weighs = _MOMENTA[convention]
    label = t("inference.chase.momentum", framework=t(f"{names}.{convention}"), weighs=t(f"inference.chase.{weighs}"))
    number = right.select_slider(label, options, default, key=f"m_{convention}", bind="query-params")
    return to_keras(float(number)) if convention == "keras" else float(number)  # 1 - m converts both ways
