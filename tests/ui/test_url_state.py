"""What the address carries is read and written in one file."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]


def a_group_and_a_choice() -> None:
    import streamlit as st

    from bnviz.ui import url_state

    url_state.load_into_widget("fruit", ("apple", "pear"), "apple")
    chosen = st.radio("fruit", ("apple", "pear"), key="fruit")
    url_state.set_param("fruit", chosen, "apple")
    st.caption(repr(url_state.params(("lr", "depth"))))
    if st.button("replace", key="replace"):
        url_state.replace_params(("lr", "depth"), {"depth": "3"})


def opened(**query: str) -> AppTest:
    app = AppTest.from_function(a_group_and_a_choice)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def address(app: AppTest) -> dict[str, str]:
    return {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}


@pytest.mark.parametrize(
    ("query", "value", "left"),
    [
        ({}, "apple", {}),
        ({"fruit": "pear"}, "pear", {"fruit": "pear"}),
        ({"fruit": "apple"}, "apple", {}),  # the default leaves the address short
        ({"fruit": "stone"}, "apple", {}),  # what is no option is ignored
    ],
)
def test_a_choice_opens_as_the_address_says(query: dict[str, str], value: str, left: dict[str, str]) -> None:
    app = opened(**query)
    assert app.radio(key="fruit").value == value
    assert address(app) == left


def test_after_the_first_run_the_widget_rules() -> None:
    app = opened(fruit="pear")
    app.radio(key="fruit").set_value("apple").run()
    assert app.radio(key="fruit").value == "apple"
    assert address(app) == {}


def test_a_group_is_replaced_and_the_rest_is_kept() -> None:
    app = opened(lr="0.5", panel="curves")
    assert app.caption[0].value == "{'lr': '0.5'}"
    app.button(key="replace").click().run()
    assert address(app) == {"depth": "3", "panel": "curves"}


def test_no_other_file_reads_or_writes_the_address() -> None:
    speaking = {
        str(path.relative_to(ROOT))
        for path in [*(ROOT / "bnviz").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr == "query_params"
        and isinstance(node.value, ast.Name)
        and node.value.id == "st"
    }
    assert speaking == {"bnviz/ui/url_state.py"}
