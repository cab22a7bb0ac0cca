"""A choice in the address by its own name: Streamlit binds the label, which differs by language."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st


def from_address(key: str, options: Sequence[str], default: str | None) -> None:
    """Set a widget that is about to be drawn to what the address says, or to its default.

    Args:
        key: of the widget; also its name in the address.
        options: what it accepts; anything else in the address is ignored.
        default: its value when the address says nothing.
    """
    if key not in st.session_state:
        asked = st.query_params.get(key)
        st.session_state[key] = asked if asked in options else default


def to_address(key: str, value: str | None, default: str | None) -> None:
    """Write what was chosen into the address; the default leaves it short."""
    if value is not None and value != default:
        if st.query_params.get(key) != value:
            st.query_params[key] = value
    elif key in st.query_params:
        del st.query_params[key]
