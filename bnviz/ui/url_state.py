"""What the address carries: the one place that reads and writes query parameters.

Streamlit's own ``bind="query-params"`` writes the label of a choice, which differs by language, and drops a
wrong value without a word. It serves for numbers; choices by name go through this file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.scriptrunner import get_script_run_ctx

from bnviz.config import FIELDS
from bnviz.config.numbers import is_other_number


def param(name: str, default: str = "") -> str:
    """Return a parameter of the address, or the default where it is missing."""
    return str(st.query_params.get(name, default))


def params(names: Collection[str]) -> dict[str, str]:
    """Return those of some parameters that the address has."""
    return {name: text for name, text in st.query_params.to_dict().items() if name in names}


def all_params() -> dict[str, str]:
    """Return the parameters of the address."""
    return dict(st.query_params.to_dict())


GENERAL = frozenset({"lang", "lecture", "embed", "embed_options", "explore", "task"})
"""Parameters that any page may have."""

READ_BY_PAGES = frozenset({"preset", "arms", "map_seeds", "map_steps", *FIELDS})
"""Parameters that the code of a page reads, with a sentence about a wrong one; Streamlit binds none of them."""


def params_beyond() -> dict[str, str]:
    """Return the parameters that belong to the page alone; one without a name (``?=1``) belongs to nothing."""
    return {name: text for name, text in st.query_params.to_dict().items() if name and name not in GENERAL}


def set_param(name: str, value: str | None, default: str | None = None) -> None:
    """Write a parameter into the address; None and the default remove it, which keeps the address short."""
    if value is not None and value != default:
        if st.query_params.get(name) != value:
            st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def replace_params(names: Collection[str], values: Mapping[str, str]) -> None:
    """Let a group of parameters have these values and no others; parameters outside the group are kept."""
    now = st.query_params.to_dict()
    wanted = {name: text for name, text in now.items() if name not in names} | dict(values)
    if wanted != now:
        st.query_params.from_dict(wanted)


def load_into_widget(key: str, options: Sequence[str], default: str | None) -> None:
    """Set a choice, before it is drawn for the first time, to what the address says or else to its default.

    Args:
        key: key of the widget, and its name in the address.
        options: the values that it accepts; any other value in the address is ignored.
        default: the value where the address says nothing.
    """
    if key not in st.session_state:
        asked = st.query_params.get(key)
        st.session_state[key] = asked if asked in options else default


def drop_other_numbers() -> None:
    """Let bound widgets ignore a number that is not written as ``bnviz.config.numbers`` says.

    Streamlit reads their parameters with Python's own ``int`` and ``float``, to which ``1_2`` and full-width digits
    are numbers, before the page's code sees them.
    """
    now = {name: st.query_params.get_all(name) for name in st.query_params}
    wrong = [name for name, texts in now.items() if name not in READ_BY_PAGES and any(map(is_other_number, texts))]
    context = get_script_run_ctx()
    if not wrong or context is None:
        return
    left = [(name, text) for name, texts in now.items() if name not in wrong for text in texts]
    with context.session_state.query_params() as bound:
        bound.set_initial_query_params(urlencode(left))
    for name in wrong:
        with suppress(StreamlitAPIException):  # a widget has it already, and writes its own value
            del st.query_params[name]
