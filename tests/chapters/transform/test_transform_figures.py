"""Figures of the transform chapter: what is drawn is what was computed."""

from __future__ import annotations

import numpy as np
import pytest

from bnviz.chapters.transform.backward import backward, draw_target
from bnviz.chapters.transform.batches import draw_batch
from bnviz.chapters.transform.figures import (
    cells_figure,
    coupling_figure,
    gradients_figure,
    recovery_figure,
    shape_figure,
)
from bnviz.chapters.transform.forward import move_one, recover_identity, transform
from bnviz.chapters.transform.shape import shape_of
from bnviz.figures.theme import LIGHT

X = draw_batch("skewed", 6, 3, 0)
DONE = transform(X, np.array([1.0, 2.0, -1.0]), np.zeros(3))


def test_cells_hold_the_numbers_and_hovering_shows_the_arithmetic() -> None:
    drawn = cells_figure(DONE)
    assert len(drawn.data) == 3
    assert drawn.data[0].text[0][0] == f"{X[0, 0]:.2f}"
    assert float(drawn.data[1].text[4][2]) == pytest.approx(DONE.x_hat[4, 2], abs=0.005)
    np.testing.assert_allclose(drawn.data[2].z, np.clip(DONE.y, -3, 3))
    assert f"= {DONE.y[1, 1]:.5f}" in drawn.data[2].hovertext[1][1]
    assert f"{DONE.mean[0]:.5g}" in drawn.data[0].hovertext[0][0]


@pytest.mark.parametrize("by", [-10.0, 0.5, 10.0])
def test_axes_of_the_coupling_stay_whatever_is_moved(by: float) -> None:
    drawn = coupling_figure(move_one(DONE, 2, 1, by))
    still = coupling_figure(move_one(DONE, 2, 1, 0.0))
    for axis in ("xaxis", "xaxis2"):
        low, high = drawn.layout[axis].range
        assert (low, high) == still.layout[axis].range
    shown = np.concatenate([trace.x for trace in drawn.data if trace.xaxis == "x2" and trace.mode == "markers"])
    low, high = drawn.layout.xaxis2.range
    assert ((shown > low) & (shown < high)).all()


def test_the_coupling_tells_the_moved_sample_from_the_others() -> None:
    move = move_one(DONE, 2, 1, 3.0)
    named = {trace.name: trace for trace in coupling_figure(move).data if trace.xaxis == "x2" and trace.name}
    np.testing.assert_allclose(named["after, the moved sample"].x, move.after.y[[2], 1])
    np.testing.assert_allclose(named["after, the others"].x, np.delete(move.after.y[:, 1], 2))
    np.testing.assert_allclose(named["before"].x, DONE.y[:, 1])
    means = [trace.x[0] for trace in coupling_figure(move).data if trace.name in ("mean before", "mean after")]
    assert means == [DONE.mean[1], move.after.mean[1]]


def test_gradients_show_the_right_the_wrong_and_the_measured() -> None:
    back = backward(DONE, draw_target(6, 3, 0))
    right, wrong, numerical = gradients_figure(back, 1).data
    np.testing.assert_array_equal(right.y, back.by_hand.x[:, 1])
    np.testing.assert_array_equal(wrong.y, back.detached[:, 1])
    np.testing.assert_array_equal(numerical.y, back.numerical[:, 1])
    assert (right.marker.color, wrong.marker.color) == (LIGHT[1], LIGHT[0])


def test_the_right_gamma_lies_on_the_diagonal() -> None:
    _, std, var, _ = recovery_figure(recover_identity(X), X).data
    np.testing.assert_allclose(std.x, std.y, atol=1e-9)
    assert np.abs(var.x - var.y).max() > 0.1


def test_a_constant_feature_can_be_drawn() -> None:
    x = np.ones((3, 2))
    assert np.isfinite(recovery_figure(recover_identity(x), x).data[1].y).all()
    assert coupling_figure(move_one(transform(x, np.zeros(2), np.zeros(2)), 0, 0, 1.0)).layout.xaxis2.range


def test_shapes_share_bins_and_add_up() -> None:
    found = shape_of("skewed", 2000, 0)
    before, after, _ = shape_figure(found).data
    np.testing.assert_allclose(before.y, after.y, atol=0.2)
    assert sum(before.y) == pytest.approx(100, abs=1.5)
    assert before.xaxis == "x"
    assert after.xaxis == "x2"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("dark", [False, True])
def test_all_are_drawn_in_every_look(lang: str, dark: bool) -> None:
    style = {"lang": lang, "dark": dark}
    back = backward(DONE, draw_target(6, 3, 0))
    figures = (
        cells_figure(DONE, **style),
        coupling_figure(move_one(DONE, 0, 0, 1.0), **style),
        gradients_figure(back, 0, **style),
        recovery_figure(recover_identity(X), X, **style),
        shape_figure(shape_of("heavy", 100, 0), **style),
    )
    for figure in figures:
        titles = [axis.title.text for axis in figure.select_yaxes()]
        assert titles[0]
        assert figure.to_json()
