"""Numbers in the words of the chapter on gradients, and the fixed axes of its figures."""

from __future__ import annotations

import numpy as np
import pytest

from bnviz.chapters.gradients.directional import directional_derivative, surface_grid
from bnviz.chapters.gradients.figures import derivative_figure, remainder_figure, scaling_figure
from bnviz.chapters.gradients.scaling import FORMS, descend
from bnviz.text.catalogue import translate


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_condition_numbers_in_the_words_are_the_computed_ones(lang: str) -> None:
    raw, standardized = (descend(10, 0.9, 0.9, form).condition for form in FORMS[:2])
    answer = translate("gradients.correlated.answer.better", lang)
    assert f"{raw:.0f}" in answer
    assert f"{standardized:.0f}" in answer


def test_every_slope_and_remainder_of_the_surfaces_fits_its_axis() -> None:
    for surface in ("bowl", "saddle", "waves"):
        for x in np.linspace(-2, 2, 9):
            found = directional_derivative(surface, x, 0.7 * x, 60.0)
            low, high = derivative_figure(found, surface_grid(surface)).layout.yaxis2.range
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
