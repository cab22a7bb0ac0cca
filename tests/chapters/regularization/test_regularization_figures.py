"""Figures of the chapter on regularization: what is drawn is what was given."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from bnviz.chapters.regularization import figures as regularization
from bnviz.chapters.regularization.batch_noise import jitter, statistic_noise

STUDY = ("none", "bn")


def figures() -> list[go.Figure]:
    values = np.random.default_rng(0).normal(size=(40, 3))
    seeds = np.array([[88.0, 89.0], [87.0, 90.0]])
    losses = np.ones((2, 3))
    return [
        regularization.noise_figure(statistic_noise((2, 8), draws=5), 8),
        regularization.jitter_figure(jitter(values, 0, (2, 8), draws=5), 1),
        regularization.digit_figure(values[:28, :]),
        regularization.study_figure(STUDY, seeds, seeds + 9, {"test": [88.5, 88.5], "train": [97.5, 97.5]}),
        regularization.losses_figure((0, 1, 2), {"none": (losses, losses), "bn": (losses, losses)}),
        regularization.shift_figure(losses, losses),
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


def test_every_seed_of_the_study_is_drawn() -> None:
    drawn = figures()[3]
    assert sorted(drawn.data[2].x) == [87.0, 88.0, 89.0, 90.0]
    assert len(set(drawn.data[2].y)) == 2
