"""Figures of the chapter on learning rate and initialization: what is drawn is what was measured."""

from __future__ import annotations

import numpy as np
import pytest

from bnviz.chapters.initialization.figures import TOP, equivalence_figure, norms_figure, scale_figure, sweep_figure
from bnviz.chapters.initialization.results import EpsilonCurve, Equivalence, FieldSweep, NormRun

ARMS = ({"norm": "none"}, {"norm": "batch"})


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_diverged_run_is_a_cross_and_a_huge_loss_a_triangle(lang: str) -> None:
    losses = np.array([[[0.5], [np.nan], [80.0]], [[0.4], [0.2], [0.3]]])
    sweep = FieldSweep("lr", (0.1, 1.0, 10.0), ARMS, {"optimizer": "sgd"}, (0,), 5, losses, 2.3)
    drawn = sweep_figure(sweep, "initialization.fig.lr", lang=lang)
    line, marks = drawn.data[0], drawn.data[1]
    assert list(marks.marker.symbol) == ["circle", "x", "triangle-up"]
    assert list(marks.y) == [0.5, TOP, TOP]
    assert np.isnan(line.y[1:]).all()
    assert list(drawn.data[3].y) == [0.4, 0.2, 0.3]
    assert drawn.layout.yaxis.title.text


def test_every_optimizer_has_its_panel_with_both_arms() -> None:
    arms = tuple({"optimizer": name, "norm": norm} for name in ("sgd", "adam") for norm in ("none", "batch"))
    sweep = FieldSweep("init_scale", (1.0,), arms, {"optimizer": "sgd"}, (0, 1), 5, np.ones((4, 1, 2)), 2.3)
    drawn = sweep_figure(sweep, "initialization.fig.k")
    assert [trace.xaxis for trace in drawn.data] == ["x"] * 4 + ["x2"] * 4
    assert [trace.showlegend for trace in drawn.data[::2]] == [True, True, False, False]


def test_a_distance_of_zero_has_no_place_on_a_logarithmic_axis() -> None:
    values = np.array([1.0, 0.0])
    curve = EpsilonCurve(np.array([0.1, 1.0]), values, values, values, values, 0.0, 0.0)
    drawn = scale_figure(curve, 1.0)
    assert np.isnan(drawn.data[0].y[1])
    assert len(drawn.layout.shapes) == 2  # the chosen scale, in both plots; no edge without epsilon


def test_norms_and_rates_have_the_arms_colors() -> None:
    run = NormRun(np.linspace(1, 4, 4), *(np.ones(3) for _ in range(4)), 0.5, 0.0)
    drawn = norms_figure({"none": run, "plain": run})
    assert [trace.line.color for trace in drawn.data] == ["#d55e00", "#0072b2", "#0072b2"]
    assert [trace.line.dash for trace in drawn.data[:2]] == ["dash", "solid"]
    assert list(drawn.data[0].y) == list(np.sqrt(run.squared_norm))
    assert list(drawn.data[2].y) == list(0.5 / run.squared_norm)


def test_the_three_losses_have_titled_axes() -> None:
    drawn = equivalence_figure(Equivalence(np.ones(3), np.ones(3), 0.2, 0.0, np.full(3, 2.0), 1.0))
    assert list(drawn.data[0].y) == [2.0, 2.0, 2.0]
    assert drawn.layout.yaxis.title.text
    assert drawn.layout.paper_bgcolor == "rgba(0,0,0,0)"
