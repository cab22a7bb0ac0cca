"""The transform chapter in AppTest, in both languages."""

from __future__ import annotations

import pytest
from opened_app import Open, address, metrics

from bnviz.chapters.transform.formulas import LINES
from bnviz.text.catalogue import catalogue, translate

LANGUAGES = ("en", "zh")
ANSWERS = {"coupled": "own", "undo": "var", "bell": "same"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("part", ["coupling", "steps", "undo", "shape"])
def test_every_part_renders_in_both_languages(open_page: Open, lang: str, part: str) -> None:
    app = open_page(lang, part=part, **ANSWERS)
    assert not app.error
    assert not app.warning
    charts = app.get("plotly_chart")
    assert len(charts) == 2
    assert all(chart.proto.alt for chart in charts)
    assert [each.value for each in app.subheader[:2]] == [
        translate(key, lang) for key in ("stage.explore", "transform.batch.title")
    ]
    assert app.info[0].value == translate("transform.batch.try", lang)


@pytest.mark.parametrize("part", ["coupling", "undo", "shape"])
def test_nothing_is_given_away_before_the_guess(open_page: Open, part: str) -> None:
    app = open_page(part=part)
    assert len(app.get("plotly_chart")) == 1
    assert not app.metric


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_guess_can_be_skipped_by_button_and_by_link(open_page: Open, lang: str) -> None:
    app = open_page(lang, part="undo")
    next(each for each in app.button if each.label == translate("stage.show_me", lang)).click().run()
    assert len(app.get("plotly_chart")) == 2
    assert address(app)["undo"] == "show"
    assert len(open_page(lang, part="undo", undo="show").get("plotly_chart")) == 2


def test_below_the_picture_nothing_is_drawn_until_it_is_opened(open_page: Open) -> None:
    app = open_page(explore="false")
    assert not app.get("plotly_chart")
    app.toggle(key="explore").set_value(True).run()
    assert app.get("plotly_chart")
    assert address(app)["explore"] == "true"


def test_an_address_of_a_part_opens_it(open_page: Open) -> None:
    assert open_page(explore="", part="steps").get("plotly_chart")


def test_moving_a_sample_moves_the_others(open_page: Open) -> None:
    app = open_page(coupled="column", move="0.0")
    assert metrics(app)[:3] == ["0 / 2", "0", "0"]
    app.slider(key="move").set_value(5.0).run()
    assert not app.exception
    assert metrics(app)[0] == "2 / 2"
    assert float(metrics(app)[1]) > 0.1
    assert metrics(app)[2] == "0"


def test_a_preset_brings_its_size(open_page: Open) -> None:
    app = open_page()
    app.segmented_control(key="batch").set_value("bimodal").run()
    assert not app.exception
    assert (app.slider(key="samples").value, app.slider(key="features").value) == (16, 4)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_line_of_the_slow_motion_renders(open_page: Open, lang: str) -> None:
    app = open_page(lang, part="steps")
    for line in range(1, len(LINES) + 1):
        app.slider(key="line").set_value(line).run()
        assert not app.exception
    assert metrics(app)[0] == translate("results.rounding", lang)  # both ways agree to the last digits


def test_a_link_with_numbers_shows_these_numbers(open_page: Open) -> None:
    app = open_page(x="1,2_3,2_5,2.5", affine="2,1_0,3")
    statistics = app.dataframe[-1].value if app.dataframe else None
    assert not app.warning
    assert app.query_params["x"] in (["1,2_3,2_5,2.5"], "1,2_3,2_5,2.5")
    assert app.query_params["affine"] in (["2,1_0,3"], "2,1_0,3")
    assert statistics is not None
    assert statistics["feature 1"].tolist()[0] == "3"


def test_a_broken_link_is_told_and_the_page_goes_on(open_page: Open) -> None:
    app = open_page(x="1,2_3,nan_5,6")
    assert len(app.warning) == 1
    assert app.get("plotly_chart")


def test_words_are_the_same_keys_in_both_languages() -> None:
    def ours(lang: str) -> set[str]:
        return {key for key in catalogue(lang) if key.split(".")[0] in ("transform", "whitening")}

    assert ours("en") == ours("zh")
