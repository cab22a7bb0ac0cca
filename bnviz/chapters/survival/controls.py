"""The controls of the survival map; the address and the session keep the same settings."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bnviz.chapters.survival.request import (
    ARMS,
    AXES,
    BASES,
    DATA,
    MAX_SEEDS,
    MAX_SIDE,
    POINTS,
    STEPS,
    MapRequest,
    axis_parts,
    axis_text,
    from_query,
)
from bnviz.config import InputError
from bnviz.lab.slider_values import slider_values
from bnviz.ui import address_note, url_state
from bnviz.ui.datasets import dataset_label
from bnviz.ui.text import t, wrong_sentence

ENDS = ("low", "high")
_LAST = "bnviz.survival.query"
_NAMES = tuple(f"map_{name}" for name in ("net", "data", "arms", "seeds", "steps", "x", "y"))


def settings() -> MapRequest | None:
    """Draw the controls; return their settings, or draw the reason and return None when no such map can be."""
    state: Any = st.session_state
    if "map_net" not in state:
        _load_into_controls(state)
    with st.expander(t("survival.settings"), icon=":material/tune:"):
        _net()
        for side in ("x", "y"):
            _axis(side, st.columns([3, 2, 2, 1]))
        request = _read(state)
        if request is not None:
            st.caption(t("survival.command"))
            st.code(request.command(), language=None, wrap_lines=True)
    if request is not None:
        _remember(state, request)
    return request


def _load_into_controls(state: Any) -> None:  # noqa: ANN401 - Streamlit's own type knows no item assignment
    """Fill the controls from the address, or else from this visitor's last map."""
    request, error = from_query(url_state.params(_NAMES) or state.get(_LAST, {}))
    if error:
        address_note.note("survival", t("survival.link_wrong", error=wrong_sentence(error)))
    for name in ("net", "data", "arms", "seeds", "steps"):
        state[f"map_{name}"] = getattr(request, name)
    for side in ("x", "y"):
        field, low, high, count = axis_parts(getattr(request, side))
        state[f"map_{side}_field"], state[f"map_{side}_count"] = field, count
        _set_ends(state, side, field, low, high)


def _set_ends(state: Any, side: str, field: str, low: float, high: float) -> None:  # noqa: ANN401
    """Set the two ends of a range, in the type of the field's slider values."""
    whole = all(isinstance(value, int) for value in slider_values(field))
    for end, value in zip(ENDS, (low, high), strict=True):
        state[f"map_{side}_{field}_{end}"] = int(value) if whole else value


def _net() -> None:
    st.segmented_control(
        t("survival.control.net"),
        list(BASES),
        required=True,
        key="map_net",
        format_func=lambda name: t(f"survival.net.{name}"),
    )
    if st.session_state["map_net"] == POINTS:
        st.session_state.setdefault("map_data", DATA[0])
        st.segmented_control(
            t("survival.control.data"), list(DATA), required=True, key="map_data", format_func=dataset_label
        )
    arms, seeds, steps = st.columns([3, 1, 2])
    arms.segmented_control(
        t("survival.control.arms"),
        list(ARMS),
        required=True,
        key="map_arms",
        format_func=lambda name: t(f"survival.arms.{name}"),
    )
    seeds.number_input(t("survival.control.seeds"), 1, MAX_SEEDS, key="map_seeds")
    steps.select_slider(t("survival.control.steps"), STEPS, key="map_steps")


def _axis(side: str, columns: list[DeltaGenerator]) -> None:
    state = st.session_state
    choice, *ends, count = columns
    field = choice.selectbox(
        t(f"survival.control.{side}"),
        list(AXES),
        key=f"map_{side}_field",
        format_func=lambda name: t(f"survival.axis.{name}"),
    )
    keys = [f"map_{side}_{field}_{end}" for end in ENDS]
    if any(key not in state for key in keys):
        _, low, high, _ = axis_parts(AXES[field])
        _set_ends(state, side, field, low, high)
    for column, end, key in zip(ends, ENDS, keys, strict=True):
        state[key] = state[key]  # a value that is not in the list changes the options, and with them the widget
        column.selectbox(
            t(f"survival.control.{end}"),
            slider_values(field, [state[key]]),
            key=key,
            format_func=lambda value: f"{value:g}",
        )
    count.number_input(t("survival.control.count"), 2, MAX_SIDE, key=f"map_{side}_count")


def _read(state: Any) -> MapRequest | None:  # noqa: ANN401
    try:
        axes = {}
        for side in ("x", "y"):
            field = state[f"map_{side}_field"]
            low, high = (state[f"map_{side}_{field}_{end}"] for end in ENDS)
            axes[side] = axis_text(field, low, high, state[f"map_{side}_count"])
        request = MapRequest(
            state["map_net"],
            state.get("map_data", DATA[0]),
            state["map_arms"],
            state["map_seeds"],
            state["map_steps"],
            axes["x"],
            axes["y"],
        )
        request.sweep()
    except InputError as error:
        st.error(t("survival.impossible", error=wrong_sentence(error)))
        return None
    return request


def _remember(state: Any, request: MapRequest) -> None:  # noqa: ANN401
    query = request.to_query()
    state[_LAST] = query
    url_state.replace_params(_NAMES, query)
