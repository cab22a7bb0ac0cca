"""The figure of covariate shift over training: every seed, the mean with its interval, and the phases."""

from __future__ import annotations

import numpy as np

from bnviz.chapters.why.ratio_figure import ratio_figure
from bnviz.chapters.why.ratio_svg import picture
from bnviz.chapters.why.recipes import recorded

STEPS = (0, 9, 99)
SEEDS = np.array([[4.0, 2.0, np.nan], [9.0, 0.5, np.nan]])
CURVE = (SEEDS, np.array([6.0, 1.0, np.nan]), np.array([5.0, 0.4, np.nan]), np.array([7.2, 2.5, np.nan]))


def test_every_seed_the_mean_and_its_interval_are_drawn() -> None:
    drawn = ratio_figure(STEPS, {"l2": CURVE, "jump": CURVE}, [9, 9])
    band, first, second, mean = drawn.data[:4]
    np.testing.assert_allclose(band.y, [7.2, 2.5, 0.4, 5.0])
    np.testing.assert_allclose(first.y, SEEDS[0])
    np.testing.assert_allclose(second.y, SEEDS[1])
    np.testing.assert_allclose(mean.y, [6.0, 1.0])
    np.testing.assert_allclose(mean.x, [1, 10])
    strips = [shape for shape in drawn.layout.shapes if shape.type == "rect"]
    assert [strip.x0 < 10 < strip.x1 for strip in strips] == [True, True]


def test_each_panel_has_its_own_legend_because_the_panels_share_colors() -> None:
    drawn = ratio_figure(STEPS, {"l2": CURVE, "jump": CURVE}, [9, 9])
    named = {trace.xaxis: trace.legend for trace in drawn.data if trace.name}
    assert named == {"x": "legend", "x2": "legend2"}
    assert drawn.layout.legend.x < 0.5 < drawn.layout.legend2.x


def test_a_study_without_the_means_has_one_panel() -> None:
    drawn = ratio_figure(STEPS, {"l2": CURVE}, [])
    assert {trace.xaxis for trace in drawn.data} == {"x"}
    assert not [shape for shape in drawn.layout.shapes if shape.type == "rect"]


def test_the_picture_of_the_document_has_a_line_for_each_seed() -> None:
    study = recorded().studies["figure1"]
    drawn = picture(study)
    lines = 5 * (len(study.seeds) + 1)  # five quantities: the seeds and their mean
    assert drawn.count("<polyline") == lines
    assert drawn.count("<polygon") == 5
    assert "nan" not in drawn
