"""The whitening chapter in AppTest, in both languages."""

from __future__ import annotations

import pytest
from opened_app import Open, metrics

from bnviz.chapters.whitening.cost import measure_cost
from bnviz.text.catalogue import translate

PARTS = {"bias": 1, "net": 1, "covariance": 2, "price": 0}
ANSWERS = {"drifts": "grow", "decorrelate": "same"}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_renders_in_both_languages(open_page: Open, lang: str, part: str) -> None:
    app = open_page(lang, why=part, **ANSWERS)
    assert not app.error
    charts = app.get("plotly_chart")
    assert len(charts) == PARTS[part]
    assert all(chart.proto.alt for chart in charts)
    (choice,) = [group for group in app.get("button_group") if group.key == "why"]
    assert choice.options == [translate(f"whitening.parts.{each}", lang) for each in PARTS]


def test_the_bias_follows_the_target_and_the_rate(open_page: Open) -> None:
    app = open_page(drifts="settle")
    assert metrics(app)[0] == "10.0000"
    app.slider(key="target_mean").set_value(-1.0).run()
    assert metrics(app)[0] == "-20.0000"
    app.toggle(key="head").set_value(True).run()
    assert not app.exception
    assert metrics(app)[0] == "-1.0000"


def test_nothing_is_given_away_before_the_guess(open_page: Open) -> None:
    assert not open_page().get("plotly_chart")
    assert not open_page(why="covariance").get("plotly_chart")


def test_a_small_batch_loses_rank(open_page: Open) -> None:
    app = open_page(why="covariance", decorrelate="zero")
    assert "6 / 6" in metrics(app)
    app.select_slider(key="m").set_value(4).run()
    assert not app.exception
    assert "3 / 6" in metrics(app)


def test_the_price_is_measured_when_asked(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    small = measure_cost((4, 8), 16, 1)
    monkeypatch.setattr("bnviz.chapters.whitening.cached.measure_cost", lambda on_progress: small)
    app = open_page(why="price")
    assert not app.get("plotly_chart")
    app.button(key="measure").click().run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 1
    assert any("At width 8" in each.value for each in app.markdown)
