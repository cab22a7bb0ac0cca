"""Figures of the chapter on regularization: what is drawn is what was given."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from bnviz.chapters.regularization.batch_noise import jitter, statistic_noise
from bnviz.chapters.regularization.figures import (
    digit_figure,
    jitter_figure,
    losses_figure,
    noise_figure,
    shift_figure,
    study_figure,
)
from bnviz.chapters.regularization.results import OverfitStudy

FINAL = np.array([[[0.97, 0.88, 0.1, 0.5], [0.98, 0.89, 0.1, 0.5]], [[0.96, 0.87, 0.1, 0.5], [0.99, 0.90, 0.1, 0.5]]])
"""(arms, seeds, metrics) of the last step."""
STUDY = OverfitStudy(("none", "bn"), (0, 1), (0, 5), 60, np.stack([FINAL / 2, FINAL], 2))


def figures() -> list[go.Figure]:
    values, ratios = np.random.default_rng(0).normal(size=(40, 3)), np.ones((2, 3))
    return [
        noise_figure(statistic_noise((2, 8), n_batches=5), 8),
        jitter_figure(jitter(values, 0, (2, 8), n_batches=5), 1),
        digit_figure(values[:28, :]),
        study_figure(STUDY),
        losses_figure(STUDY, ("none", "bn")),
        shift_figure(ratios, ratios),
    ]


@pytest.mark.parametrize("place", range(6))
def test_every_figure_has_titled_axes_or_none(place: int) -> None:
    drawn = figures()[place]
    assert drawn.data
    if place == 3:  # its rows are named
        assert drawn.layout.xaxis.title.text
    elif place != 2:  # a picture has no axes
        assert drawn.layout.yaxis.title.text
    assert drawn.layout.paper_bgcolor == "rgba(0,0,0,0)"


def test_every_seed_of_the_study_is_drawn_and_its_mean() -> None:
    train, train_mean, test, test_mean = study_figure(STUDY).data
    np.testing.assert_allclose(sorted(train.x), [96, 97, 98, 99])
    np.testing.assert_allclose(train_mean.x, [97.5, 97.5])
    np.testing.assert_allclose(sorted(test.x), [87, 88, 89, 90])
    np.testing.assert_allclose(test_mean.x, [88.5, 88.5])
    assert len(set(test.y)) == 2


def test_losses_have_a_band_and_a_mean_for_each_arm() -> None:
    drawn = losses_figure(STUDY, ("none", "bn"))
    lines = [trace for trace in drawn.data if trace.name]
    assert [trace.xaxis for trace in lines] == ["x", "x2", "x", "x2"]
    assert len(drawn.data) == 8
    np.testing.assert_allclose(lines[1].y, [0.25, 0.5])
