"""Surfaces of real twins for the chapter on gradients."""

from __future__ import annotations

import numpy as np
import pytest

from bnviz.chapters.gradients.surfaces import losses_at_end, real_surface, surface_experiment
from bnviz.config import InputError
from bnviz.telemetry.records import SurfaceRecord


def hand_made(plane: str) -> SurfaceRecord:
    axis = np.array([-1, 0, 1], np.float32)
    loss = np.arange(18, dtype=np.float32).reshape(2, 3, 3)
    path = np.array([[[0, 0], [0.9, -0.8]], [[-1.1, 1.2], [np.nan, np.nan]]], np.float32)
    return SurfaceRecord(1, axis, axis, loss, path, np.array([0.5, np.nan], np.float32), plane, "batch")


def test_the_loss_at_the_end_is_read_at_the_nearest_grid_point() -> None:
    assert losses_at_end(hand_made("pca")) == (2.0, 15.0)
    assert losses_at_end(hand_made("random")) == (4.0, 13.0)


@pytest.mark.parametrize("plane", ["pca", "random"])
def test_both_twins_lie_on_one_grid_and_bn_is_lower_after_a_short_training(plane: str) -> None:
    record = real_surface("sigmoid", 50, plane)
    assert record.loss.shape == (2, 25, 25)
    assert record.plane == plane
    without, with_bn = losses_at_end(record)
    assert with_bn < 1 < without
    if plane == "pca":
        assert (record.captured > 0.5).all()


def test_an_unknown_net_is_told() -> None:
    with pytest.raises(InputError):
        surface_experiment("linear")
