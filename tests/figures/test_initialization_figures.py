"""Figures of the chapters on initialization and regularization: what is drawn is what was given."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from bnviz.chapters.initialization import figures as initialization
from bnviz.chapters.initialization.results import EpsilonCurve
from bnviz.chapters.regularization import figures as regularization
from bnviz.chapters.regularization.batch_noise import jitter, statistic_noise

STUDY = ("none", "bn")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_diverged_run_is_a_cross_and_a_huge_loss_a_triangle(lang: str) -> None:
    none, batch = np.array([[0.5], [np.nan], [80.0]]), np.array([[0.4], [0.2], [0.3]])
    medians = {"sgd": [np.array([0.5, np.inf, 80.0]), batch[:, 0]]}
    drawn = initialization.sweep_figure(
        (0.1, 1.0, 10.0), {"sgd": [none, batch]}, medians, 2.3, "initialization.fig.lr", lang=lang
    )
    lines, marks = drawn.data[0], drawn.data[1]
    assert list(marks.marker.symbol) == ["circle", "x", "triangle-up"]
    assert list(marks.y) == [0.5, initialization.TOP, initialization.TOP]
    assert np.isnan(lines.y[1:]).all()
    assert list(drawn.data[3].y) == [0.4, 0.2, 0.3]


def test_a_distance_of_zero_has_no_place_on_a_logarithmic_axis() -> None:
    values = np.array([1.0, 0.0])
    curve = EpsilonCurve(np.array([0.1, 1.0]), values, values, values, values, 0.0, 0.0)
    drawn = initialization.scale_figure(curve, 1.0)
    assert np.isnan(drawn.data[0].y[1])
    assert len(drawn.layout.shapes) == 2  # where the reader stands, in both plots; no edge without epsilon


def test_norms_and_rates_have_the_arms_colors() -> None:
    line = np.linspace(1, 2, 4)
    drawn = initialization.norms_figure({"none": line, "plain": line}, {"plain": line})
    assert [trace.line.color for trace in drawn.data] == ["#d55e00", "#0072b2", "#0072b2"]
    assert [trace.line.dash for trace in drawn.data[:2]] == ["dash", "solid"]


def figures() -> list[go.Figure]:
    values = np.random.default_rng(0).normal(size=(40, 3))
    seeds = np.array([[88.0, 89.0], [87.0, 90.0]])
    losses = np.ones((2, 3))
    return [
        initialization.equivalence_figure(losses[0], losses[0], losses[1]),
        regularization.noise_figure(statistic_noise((2, 8), draws=5), 8),
        regularization.jitter_figure(jitter(values, 0, (2, 8), draws=5), 1),
        regularization.digit_figure(values[:28, :]),
        regularization.study_figure(STUDY, seeds, seeds + 9, {"test": [88.5, 88.5], "train": [97.5, 97.5]}),
        regularization.losses_figure((0, 1, 2), {"none": (losses, losses), "bn": (losses, losses)}),
        regularization.shift_figure(losses, losses),
    ]


@pytest.mark.parametrize("place", range(7))
def test_every_figure_has_titled_axes_or_none(place: int) -> None:
    drawn = figures()[place]
    assert drawn.data
    if place == 4:  # its rows are named
        assert drawn.layout.xaxis.title.text
    elif place != 3:  # a picture has no axes
        assert drawn.layout.yaxis.title.text
    assert drawn.layout.paper_bgcolor == "rgba(0,0,0,0)"


def test_every_seed_of_the_study_is_drawn() -> None:
    drawn = figures()[4]
    assert sorted(drawn.data[2].x) == [87.0, 88.0, 89.0, 90.0]
    assert len(set(drawn.data[2].y)) == 2
