"""The chapter on gradients in AppTest, in both languages."""

from __future__ import annotations

import pytest
from opened_app import Open

from bnviz.text.catalogue import translate


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", ["dial", "scaling", "nets"])
def test_every_part_renders_in_both_languages(open_page: Open, lang: str, part: str) -> None:
    app = open_page(lang, grad_part=part, correlated="better")
    assert not app.exception
    assert app.get("plotly_chart")
    assert [each.value for each in app.subheader[:2]] == [
        translate(key, lang) for key in ("stage.explore", f"gradients.{part}.title")
    ]


def test_turning_the_dial_to_the_gradient_gives_its_length(open_page: Open) -> None:
    app = open_page()
    before = app.metric[0].value
    app.slider(key="at_x").set_value(1.0).run()
    app.slider(key="at_y").set_value(0.0).run()
    app.slider(key="theta").set_value(0.0).run()
    assert not app.exception
    assert [metric.value for metric in app.metric] == ["0.500", "0.500", "0.0°"]
    assert app.metric[0].value != before


def test_a_level_point_has_no_steepest_direction(open_page: Open) -> None:
    app = open_page()
    app.slider(key="at_x").set_value(0.0).run()
    app.slider(key="at_y").set_value(0.0).run()
    assert not app.exception
    assert app.metric[2].value == translate("gradients.dial.flat")


def test_too_large_a_rate_diverges_on_the_page(open_page: Open) -> None:
    app = open_page(grad_part="scaling", correlated="better")
    app.slider(key="rate").set_value(1.1).run()
    assert not app.exception
    assert [metric.value for metric in app.metric][1::2] == [translate("gradients.scaling.diverged")] * 3


def test_the_banner_says_that_a_slice_is_not_the_surface(open_page: Open) -> None:
    app = open_page(grad_part="nets")
    assert app.warning[0].value == translate("gradients.nets.banner")
    before = app.get("plotly_chart")[0].proto.spec
    app.button_group(key="stats").set_value("running").run()
    assert not app.exception
    assert app.get("plotly_chart")[0].proto.spec != before
