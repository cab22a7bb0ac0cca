"""Words of the two chapters that hold numbers, and the figures' fixed axes."""

from __future__ import annotations

import re

import numpy as np
import pytest

from bnviz.chapters.gradients.directional import dial, heights
from bnviz.chapters.gradients.figures import dial_figure, remainder_figure, scaling_figure
from bnviz.chapters.gradients.scaling import FORMS, descend
from bnviz.chapters.saturation.figures import flow_figure
from bnviz.chapters.saturation.normal_input import flow, response
from bnviz.chapters.saturation.wording import plain, times
from bnviz.telemetry.saturation import normal_share
from bnviz.text.catalogue import catalogue, say
from bnviz.text.numbers import fine_percent

LANGUAGES = ("en", "zh")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_in_the_words_are_the_computed_ones(lang: str) -> None:
    far, near = normal_share("sigmoid", -6, 1).derivative, normal_share("sigmoid", 0, 1).derivative
    tens = say("saturation.gain.answer.fifty", lang)
    assert f"{far:.4f}"[1:] in tens
    assert f"{near:.4f}"[1:] in tens
    assert f"{near / far:.0f}" in tens
    assert f"{100 * normal_share('tanh', 0, 1).saturated:.2f} %" in say("saturation.large.answer.few", lang)
    condition = [f"{descend(10, 0.9, 0.9, form).condition:.0f}" for form in FORMS]
    assert condition[0] in say("gradients.correlated.answer.better", lang)
    assert condition[1] in say("gradients.correlated.answer.better", lang)
    low, high = response("tanh").region
    assert f"{high:.2f}" in say("saturation.unit.text", lang)
    assert f"{response('sigmoid').region[1]:.2f}" in say("saturation.unit.text", lang)
    assert low == -high


@pytest.mark.parametrize("chapter", ["saturation", "gradients"])
def test_both_languages_have_the_same_keys_places_formulas_and_numbers(chapter: str) -> None:
    english, chinese = (
        {key: text for key, text in catalogue(lang).items() if key.split(".")[0] == chapter} for lang in LANGUAGES
    )
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        for pattern in (r"\{\w+\}", r"\d[\d.,]*\d|\d"):
            assert sorted(re.findall(pattern, text)) == sorted(re.findall(pattern, chinese[key])), key


def test_how_numbers_are_written() -> None:
    assert (fine_percent(0.0032), fine_percent(0.9989)) == ("0.32 %", "99.9 %")
    assert (plain(1.08), plain(345.6), plain(12345.0), plain(1.3e11), plain(4e-25)) == (
        "1.1",
        "346",
        "1.2 × 10⁴",
        "1.3 × 10¹¹",
        "4.0 × 10⁻²⁵",
    )
    assert (times(51.66), times(float("inf"))) == ("51.7", "∞")


def test_axes_do_not_move_with_the_sliders() -> None:
    first, second = (
        flow_figure(flow("tanh", mean, 1.0, 1.0, 0.0), response("tanh"), after=mean > 0) for mean in (-3.0, 3.0)
    )
    assert first.layout.xaxis.range == second.layout.xaxis.range
    assert first.layout.yaxis.range == second.layout.yaxis.range


def test_every_slope_and_remainder_of_the_surfaces_fits_its_axis() -> None:
    for surface in ("bowl", "saddle", "waves"):
        for x in np.linspace(-2, 2, 9):
            found = dial(surface, x, 0.7 * x, 60.0)
            low, high = dial_figure(found, heights(surface)).layout.yaxis2.range
            assert low < -found.norm
            assert found.norm < high
            bottom, top = remainder_figure(found).layout.yaxis.range
            assert found.remainders.max() < 10**top
            assert found.remainders.max() > 10**bottom


def test_all_panels_of_the_descent_share_axes_and_colors() -> None:
    drawn = scaling_figure([descend(100, 0.9, 0.9, form) for form in FORMS])
    contours = [trace for trace in drawn.data if trace.type == "contour"]
    assert {trace.coloraxis for trace in contours} == {"coloraxis"}
    assert {drawn.layout[f"xaxis{n}"].range for n in ("", 2, 3)} == {(-2.0, 2.0)}
    assert {drawn.layout[f"yaxis{n}"].range for n in ("", 2, 3)} == {(-2.0, 2.0)}
    assert [drawn.layout[f"yaxis{n}"].scaleanchor for n in ("", 2, 3)] == ["x", "x2", "x3"]
