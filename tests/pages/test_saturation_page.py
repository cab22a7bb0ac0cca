"""The chapter on saturation and depth in AppTest, in both languages."""

from __future__ import annotations

import pytest
from opened_app import Open

from bnviz.text.catalogue import translate

GUESSES = {"gain": "ten", "large": "half", "grows": "same"}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", ["unit", "layers", "limits", "depth"])
def test_every_part_renders_in_both_languages(open_page: Open, lang: str, part: str) -> None:
    app = open_page(lang, sat_part=part, **GUESSES)
    assert not app.exception
    assert app.get("plotly_chart")
    titles = {"unit": "unit", "layers": "layers", "limits": "relu", "depth": "depth"}
    assert [each.value for each in app.subheader[:2]] == [
        translate(key, lang) for key in ("stage.explore", f"saturation.{titles[part]}.title")
    ]


def test_what_comes_after_a_guess_is_hidden_before_it(open_page: Open) -> None:
    app = open_page()
    assert len(app.metric) == 2
    app.radio(key="gain").set_value("fifty").run()
    assert [metric.value for metric in app.metric] == ["99.9 %", "0.0040", "0.32 %", "0.2066"]
    assert app.success[0].value == translate("saturation.gain.answer.fifty")
    assert app.query_params["gain"] in ("fifty", ["fifty"])


def test_the_sliders_move_the_numbers(open_page: Open) -> None:
    app = open_page(gain="two")
    app.slider(key="sat_mean").set_value(0.0).run()
    assert not app.exception
    assert app.metric[1].value == "0.2066"
    app.slider(key="sat_beta").set_value(-6.0).run()
    assert app.metric[3].value == "0.0040"


def test_the_nonlinearity_of_the_deep_nets_changes_the_factors(open_page: Open) -> None:
    app = open_page(sat_part="depth", grows="explodes")
    relu = [metric.value for metric in app.metric]
    assert relu[2].startswith("× 1.2")
    app.button_group(key="deep_curve").set_value("sigmoid").run()
    assert not app.exception
    assert app.metric[0].value.startswith("× 0.2")
    assert app.query_params["deep_curve"] in ("sigmoid", ["sigmoid"])
