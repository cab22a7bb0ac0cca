"""Figures of the page on convolution draw the numbers they are given."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bnviz.chapters.convolution.feature_maps import mean_spread
from bnviz.chapters.convolution.figures import shift_figure, shifted_maps_figure, spread_figure
from bnviz.chapters.convolution.late_bn_figure import arm_name, insert_figure, layers_figure
from bnviz.chapters.convolution.picture_figure import mosaic, pictures_figure
from bnviz.chapters.convolution.results import KINDS, NEVER, START, ArmCurve, ArmPictures
from bnviz.chapters.convolution.shifted_digit import compare_shifts


def curve(arm: str, seed: int, final: float) -> ArmCurve:
    steps = np.asarray([4.5, 14.5])
    return ArmCurve(arm, seed, steps, steps / 10, np.asarray([0, 20]), np.asarray([0.1, final]))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_spread_shows_lines_of_independence_and_measured_marks(lang: str) -> None:
    x = torch.randn(50, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    spreads = {kind: mean_spread(x, kind, (2, 8), n_draws=20) for kind in KINDS}
    figure = spread_figure(spreads, 8, lang=lang)
    line, marks = figure.data[:2]
    assert (line.mode, marks.mode) == ("lines", "markers")
    np.testing.assert_allclose(line.y, [1 / np.sqrt(32), 1 / np.sqrt(128)])
    np.testing.assert_array_equal(marks.y, spreads["map"].measured)
    assert figure.layout.xaxis.title.text
    assert figure.layout.yaxis.title.text


def test_shifted_maps_are_those_of_the_comparison() -> None:
    x = torch.rand(6, 1, 8, 12, generator=torch.Generator().manual_seed(0))
    test = compare_shifts(lambda each: each * 2, x, x, shifts=(0, 1))
    figure = shifted_maps_figure(test, dark=True)
    assert len(figure.data) == 4
    np.testing.assert_array_equal(figure.data[3].z, test.pictures[1, 1])
    drawn = shift_figure(test)
    np.testing.assert_array_equal(drawn.data[3].y, 100 * test.switched[1])


def test_insertion_marks_the_step_and_the_spread_of_seeds() -> None:
    arms = {NEVER: (curve(NEVER, 0, 0.1), curve(NEVER, 1, 0.2)), "from20": (curve("from20", 0, 0.9),)}
    figure = insert_figure(arms, 20)
    names = [trace.name for trace in figure.data if trace.showlegend]
    assert names == ["Without BN", "BN from step 20"]
    accuracy = [trace for trace in figure.data if trace.xaxis == "x2" and trace.name]
    np.testing.assert_allclose(accuracy[0].y, [10, 15])
    assert {shape.x0 for shape in figure.layout.shapes} == {20}


def test_choices_of_layers_keep_their_order_and_every_seed() -> None:
    arms = {arm: (curve(arm, 0, 0.2), curve(arm, 1, 0.4)) for arm in (NEVER, "at1.3", START)}
    bars, seeds = layers_figure(arms, lang="zh").data
    assert list(bars.y) == ["无 BN", arm_name("at1.3", "zh"), "每层都有 BN"]
    np.testing.assert_allclose(bars.x, 30)
    assert len(seeds.x) == 6


def test_tiles_keep_their_rows_upright_and_their_numbers() -> None:
    tiles = np.arange(16.0).reshape(2, 2, 4)
    drawn = mosaic(tiles)
    assert drawn.shape == (2, 9)
    np.testing.assert_array_equal(drawn[1], [0, 1, 2, 3, np.nan, 8, 9, 10, 11])
    plain = ArmPictures(tiles, {"conv": tiles}, {"conv": np.asarray([1.0, -2])}, {"conv": np.ones(2)})
    figure = pictures_figure((plain, plain), ("one", "two"))
    texts = [note.text for note in figure.layout.annotations]
    assert texts.count("1<br>± 1") == 2
    assert texts.count("−2<br>± 1") == 2
    assert sum(trace.type == "heatmap" for trace in figure.data) == 4
