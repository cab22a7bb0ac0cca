"""The chapter on learning rate and initialization in AppTest, and its claims against what was recorded."""

from __future__ import annotations

import math

import pytest
from opened_app import Open, words

from bnviz.chapters.initialization import recipes
from bnviz.chapters.initialization.one_layer import digits_at_scale
from bnviz.chapters.initialization.recipes import NETS, recorded_sweep
from bnviz.chapters.initialization.usable import largest_usable, outcomes, usable_factor
from bnviz.text.catalogue import translate
from bnviz.text.numbers import number_cell

GUESSES = {"factor": "smaller", "grows": "both", "hundred": "slower", "push": "two"}
PARTS = ("scale", "norm", "start", "rate")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_renders(open_page: Open, part: str, lang: str) -> None:
    app = open_page(lang, init_part=part, **GUESSES)
    assert not app.exception
    assert app.get("plotly_chart")
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))
    assert translate(f"initialization.{part}.text", lang) in words(app)


@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_measured_before_the_guess(open_page: Open, part: str) -> None:
    app = open_page(init_part=part)
    assert not app.exception
    assert not app.get("plotly_chart")


def test_the_table_follows_the_slider(open_page: Open) -> None:
    app = open_page(init_part="scale", factor="zero")
    slider = app.select_slider(key="a")
    slider.set_value(0.003).run()
    assert not app.exception
    check = digits_at_scale(0.003, 1e-5)
    assert f"**{number_cell(check.grad_ratio, 5)}**" in words(app)
    assert number_cell(check.exact_grad_ratio) in words(app)


def test_a_link_opens_its_state(open_page: Open) -> None:
    app = open_page(init_part="scale", factor="same", a="100", bn_eps="0")
    assert f"**{number_cell(digits_at_scale(100.0, 0.0).radial, 5)}**" in words(app)


def test_the_small_version_runs_now(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes, "LIVE_STEPS", 10)
    app = open_page(init_part="rate", push="ten")
    before = len(app.get("plotly_chart"))
    app.button(key="again_rate").click().run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == before + 1


@pytest.mark.parametrize("net", NETS)
def test_what_the_page_says_of_the_rates_is_what_was_recorded(net: str) -> None:
    sweep = recorded_sweep("rate", net).sweep
    factor = usable_factor(sweep, 1, 0)
    assert (factor.low, factor.high) == (4.0, 10.0)
    assert len(sweep.values) == 15
    assert sweep.chance / 2 == pytest.approx(1.15, abs=0.005)
    assert largest_usable(sweep, 1).high < max(sweep.values)  # with BN, too, a rate can be too large


@pytest.mark.parametrize("net", NETS)
def test_what_the_page_says_of_the_start_is_what_was_recorded(net: str) -> None:
    sweep = recorded_sweep("scale", net).sweep
    for arm, changes in enumerate(sweep.arms):
        if changes["norm"] == "batch":
            median = sweep.median_loss(arm)
            assert outcomes(sweep, arm).diverged.sum() == 0
            assert median[sweep.values.index(100.0)] > 4 * median[sweep.values.index(1.0)]


def test_numbers_are_written_for_cells() -> None:
    assert number_cell(0.0) == "0"
    assert number_cell(math.nan) == "–"
    assert number_cell(0.12345) == "0.123"
    assert number_cell(75564.55) == "75,565"
    assert number_cell(4.44e-16) == r"$4.44 \times 10^{-16}$"
