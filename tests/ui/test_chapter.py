"""A chapter's page from its parts: which part is drawn, and which badge stands in the opening."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from bnviz.text.catalogue import translate


def two_parts() -> None:
    import streamlit as st

    from bnviz.ui.chapter import Part, chapter_page

    chapter_page(
        "convolution",
        "conv_part",
        {
            "curves": Part(lambda: st.caption("the recorded part"), "recorded"),
            "maps": Part(lambda: st.caption("the live part")),
        },
    )


@pytest.mark.parametrize(
    ("query", "badge", "drawn"),
    [
        ({}, "recorded", "the recorded part"),
        ({"conv_part": "maps"}, "live", "the live part"),
        ({"conv_part": "no-such-part"}, "recorded", "the recorded part"),
    ],
)
def test_the_address_chooses_the_part_and_the_part_its_badge(query: dict[str, str], badge: str, drawn: str) -> None:
    app = AppTest.from_function(two_parts)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert [each.value for each in app.caption] == [drawn]
    title = app.get("html")[0].proto.body
    assert translate("convolution.title") in title
    assert translate(f"chapter.badge.{badge}") in title
    assert app.markdown[0].value == translate("convolution.problem")


def test_choosing_a_part_writes_it_into_the_address() -> None:
    app = AppTest.from_function(two_parts).run()
    app.button_group(key="conv_part").set_value("maps").run()
    assert [each.value for each in app.caption] == ["the live part"]
    assert app.query_params["conv_part"] in ("maps", ["maps"])
