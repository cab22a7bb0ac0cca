"""The figures of training and inference draw the numbers of their results, on fixed axes."""

from __future__ import annotations

import numpy as np
import pytest

from bnviz.chapters.inference.figures import (
    batch_size_figure,
    digit_figure,
    predictions_figure,
    recalibration_figure,
    study_figure,
    trace_figure,
)
from bnviz.chapters.inference.results import BatchDependence, Recalibration, RunningMeanTrace, StatisticsStudy
from bnviz.text.catalogue import translate

SIZES = (1, 4, 16)


@pytest.fixture
def dependence() -> BatchDependence:
    rows = np.random.default_rng(0).dirichlet(np.ones(3), (3, 5))
    return BatchDependence(1, SIZES, rows, np.broadcast_to(rows[0, 0], rows.shape))


def test_bars_are_the_chosen_batch(dependence: BatchDependence) -> None:
    made = predictions_figure(dependence, 4, 2)
    assert list(made.data[0].y) == list(dependence.training[1, 2])
    assert list(made.data[1].y) == list(dependence.evaluation[1, 2])
    assert made.layout.yaxis.range == (0, 1.02)


def test_every_draw_is_a_point_and_the_chosen_one_is_ringed(dependence: BatchDependence) -> None:
    made = batch_size_figure(dependence, 16, 4)
    assert list(made.data[0].y) == list(dependence.of_label("training").ravel())
    assert list(made.data[2].y) == [dependence.of_label("training")[2, 4]]
    assert made.data[2].x[0] == made.data[0].x[2 * 5 + 4]
    assert list(made.layout.xaxis.ticktext) == ["1", "4", "16"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_running_mean_shows_where_it_settles(lang: str) -> None:
    running = np.linspace(0, 1, 11)
    result = RunningMeanTrace(0.5, np.ones(10), running, 1.0, 4.3, 5)
    made = trace_figure(result, lang=lang)
    assert list(made.data[1].y) == list(running)
    assert made.layout.xaxis.title.text == translate("figure.axis.step", lang)
    assert any("5" in note.text for note in made.layout.annotations)


def test_the_study_has_a_line_and_a_band_for_each_kind() -> None:
    kinds = ("ema 0.1", "ema 0.01", "ema 0.001", "precise", "batch")
    values = np.random.default_rng(0).random((1, 2, 5, 3))
    made = study_figure(StatisticsStudy((8,), (10, 30), kinds, (0, 1, 2), values, {}), 8)
    lines = [trace for trace in made.data if trace.name]
    assert [trace.name for trace in lines] == [translate(f"inference.kind.{kind}") for kind in kinds]
    assert list(lines[3].y) == pytest.approx(list(100 * values[0, :, 3].mean(-1)))
    assert made.layout.yaxis.range == (0, 101)


def test_a_recalibration_leaves_out_what_was_not_measured() -> None:
    made = recalibration_figure(Recalibration(None, 0.1, 0.5, 0.9))
    assert list(made.data[0].x) == [10.0, 50.0, 90.0]
    assert len(recalibration_figure(Recalibration(0.9, 0.1, 0.5, 0.9, 0.4)).data[0].x) == 5


def test_the_digit_stands_upright() -> None:
    pixels = np.zeros((28, 28))
    pixels[0, 3] = 1
    made = digit_figure(pixels)
    assert made.data[0].z[0][3] == 1
    assert made.layout.yaxis.autorange == "reversed"
