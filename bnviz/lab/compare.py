"""The controls that say in what the networks differ: the switch of BN in front, and the choice under More."""

from __future__ import annotations

import streamlit as st

from bnviz.config import COMPARABLE, FIELDS, NORMS, Bounds, Choice, Flag, Numbers, Value, format_value
from bnviz.lab.settings import NORM, NORMALIZERS, ONE, OWN_RATES, RATES, from_widget
from bnviz.lab.slider_values import slider_values
from bnviz.text.catalogue import value_label
from bnviz.ui.text import language, t

MAX_ARMS = 3


def front() -> None:
    """Draw the switch of BN: in the second network where two are compared, else in all of them."""
    state = st.session_state
    kind = state["compare"]
    if kind == NORM:
        st.toggle(t("compare.second"), key="second_bn")
        st.caption(t(_told_of(bool(state["first_bn"]), bool(state["second_bn"]))))
    elif kind == NORMALIZERS:
        _values(NORM)
    elif kind == RATES:
        st.caption(t("compare.rates_help"))
    else:
        st.selectbox(
            t("compare.only" if kind == ONE else "compare.all"),
            NORMS,
            format_func=lambda norm: value_label("norm", norm, language()),
            key="norm",
        )


def what() -> None:
    """Draw the choice of what is compared, and what it needs besides the switch in front."""
    st.selectbox(
        t("compare.label"),
        (NORM, RATES, NORMALIZERS, ONE, *(name for name in COMPARABLE if name != "norm")),
        format_func=_name,
        key="compare",
        help=t("compare.help"),
        on_change=_start_values,
    )
    kind = st.session_state["compare"]
    if kind == NORM:
        st.toggle(t("compare.first"), key="first_bn")
    elif kind not in (NORMALIZERS, ONE, RATES):
        _values(kind)


def _told_of(first: bool, second: bool) -> str:
    """Return the key of what the switch does, beside a first network with or without BN."""
    if first == second:
        return "compare.same"
    return "compare.first_has" if first else "compare.first_has_not"


def _values(name: str) -> None:
    state = st.session_state
    st.multiselect(
        t("compare.values"),
        list(dict.fromkeys((*options(name), *state["values"]))),
        format_func=lambda text: _read(name, text),
        key="values",
        max_selections=MAX_ARMS,
        accept_new_options=isinstance(FIELDS[name], Bounds | Numbers),
        help=t("compare.values_help"),
    )
    if not state["values"]:
        st.caption(t("compare.few"))


def options(name: str) -> list[str]:
    """Return the values of a field that are offered for comparison, as text."""
    accepted = FIELDS[name]
    if isinstance(accepted, Bounds):
        return [format_value(value) for value in slider_values(name)]
    if isinstance(accepted, Choice):
        return list(accepted.options)
    if isinstance(accepted, Flag):
        return ["true", "false"]
    return ["all", "1"]


def _start_values() -> None:
    """Compare the current value with a neighboring one, whenever another field is chosen."""
    state = st.session_state
    name = state["compare"]
    if name == NORMALIZERS:
        state["values"] = ["none", "batch", "group"]
    if name == RATES:
        state.update(dict.fromkeys(OWN_RATES, state["lr"]))
    if name not in FIELDS or name == NORM:
        return
    listed = options(name)
    now = format_value(from_widget(name, state[name]))
    place = listed.index(now) if now in listed else 0
    near = listed[place + 1] if place + 1 < len(listed) else listed[place - 1]
    state["values"] = [now, near]


def _name(kind: str) -> str:
    return t(f"compare.{kind}") if kind in (NORM, NORMALIZERS, ONE, RATES) else t(f"field.{kind}.label")


def _read(name: str, text: str) -> str:
    value: Value = text
    return value_label(name, value, language())
