"""The block in three dimensions."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from bnviz.chapters.relatives.axes import WAYS, share, sharing
from bnviz.chapters.relatives.axes_figure import HUES, block_figure

SHAPE = (6, 6, 9)


def drawn(way: str, groups: int = 2, ghost: int = 3, chosen: tuple[int, int, int] = (1, 2, 3)) -> go.Figure:
    values = np.random.default_rng(0).normal(size=SHAPE)
    return block_figure(share(values, sharing(way, SHAPE, groups, ghost)), values, chosen)


@pytest.mark.parametrize("way", WAYS)
def test_the_cubes_of_the_chosen_mean_stand_out(way: str) -> None:
    colors = np.array(drawn(way).data[0].facecolor).reshape(-1, 12)
    assert (colors == colors[:, :1]).all()
    labels = sharing(way, SHAPE, 2, 3)
    mine = labels[1, 2, 3]
    value = int(HUES[mine % len(HUES)][1:], 16)
    full = f"rgb({value >> 16},{value >> 8 & 255},{value & 255})"
    assert np.array_equal(colors[:, 0] == full, labels.ravel() == mine)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("groups", [1, 2, 3, 6])
def test_neighbors_of_different_means_have_different_hues(way: str, groups: int) -> None:
    labels = sharing(way, SHAPE, groups, groups)
    for axis in range(3):
        differ = np.diff(labels, axis=axis) != 0
        assert (np.diff(labels % len(HUES), axis=axis)[differ] != 0).all()


def test_cubes_sit_where_they_belong_and_say_what_they_are() -> None:
    mesh, outline = drawn("batch").data
    corners = np.stack([mesh.x, mesh.y, mesh.z], axis=1).reshape(324, 8, 3)
    np.testing.assert_allclose(corners.mean(1)[0], [1, 1, 1])
    np.testing.assert_allclose(corners.mean(1)[-1], [6, 6, 9])
    assert max(*mesh.i, *mesh.j, *mesh.k) == len(mesh.x) - 1
    np.testing.assert_allclose([np.mean(side) for side in (outline.x, outline.y, outline.z)], [2, 3, 4])
    assert mesh.text[0].startswith("image 1, channel 1, position 1: 0.126")
    assert len(set(mesh.text[:8])) == 1
