"""Figures of the relatives' parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hand_made_study import hand_made_study

from bnviz.chapters.relatives.figures import published_figure, ratios_figure, shifts_figure, slope_figure
from bnviz.chapters.relatives.published import ERRORS, SIZES
from bnviz.chapters.relatives.recurrent import slope_curve
from bnviz.studies.records import StudyResult


@pytest.fixture
def study() -> StudyResult:
    """Three seeds: 0.3 with the statistics of training, 0.5 with those of the images, and a list of two ratios."""
    found = hand_made_study("adabn")
    extras = {"blur.source": 0.3, "blur.target": 0.5, "variance_ratio": (1.0, 0.8)}
    return replace(found, units=tuple(replace(unit, extras=extras) for unit in found.units))


def test_the_slope_is_marked_at_the_chosen_standard_deviation() -> None:
    curve = slope_curve(7)
    line, marks, reader = slope_figure(curve, 1.5, 0.46, dark=True).data
    np.testing.assert_allclose(line.y, curve.slopes)
    assert list(marks.x) == [0.1, 0.5, 1, 2]
    assert (reader.x[0], reader.y[0]) == (1.5, 0.46)


def test_the_published_errors_are_drawn_as_printed() -> None:
    batch, group = published_figure(SIZES, ERRORS).data
    assert list(batch.y) == [23.6, 23.7, 24.8, 27.3, 34.7]
    assert list(group.x) == [32, 16, 8, 4, 2]
    assert batch.line.dash != group.line.dash


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_shifted_images_have_a_dot_per_seed(study: StudyResult, lang: str) -> None:
    source, target, unbalanced = shifts_figure(study, "batch", ("clean", "blur"), lang=lang).data
    assert list(source.x) == [30] * 3
    assert list(target.x) == [50] * 3
    assert len(set(source.y)) == 1
    assert not unbalanced.x


def test_ratios_go_norm_by_norm(study: StudyResult) -> None:
    (line,) = ratios_figure(study, ("batch",)).data
    np.testing.assert_allclose(line.y, [1.0, 0.8])
    assert len(line.x) == 2
