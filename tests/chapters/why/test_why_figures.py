"""Figures of the chapter "Why it works": what is drawn is what was given."""

from __future__ import annotations

import numpy as np
import pytest
from plotly.subplots import make_subplots

from bnviz.chapters.why.figures import (
    SLOTS,
    arm_name,
    log_ticks,
    noisy_figure,
    quantile_figure,
    shift_figure,
    with_headings,
)
from bnviz.chapters.why.identity import gradient_identity
from bnviz.chapters.why.smooth_figure import identity_figure, smooth_figure

STEPS = (0, 9, 99)
VALUES = np.array([[1.0, 4.0, 2.0], [4.0, 1.0, 8.0]])


def series() -> dict[str, dict[str, np.ndarray]]:
    parts = {"l2": VALUES, "relative": VALUES / 10, "cosine": np.array([[0.5, -0.5, 1.0], [0.7, -0.1, 1.0]])}
    return {"none": parts, "batch": parts}


def test_lines_are_the_middle_of_the_seeds_and_bands_their_range() -> None:
    drawn = shift_figure(STEPS, series())
    band, line = drawn.data[0], drawn.data[1]
    np.testing.assert_allclose(line.x, [1, 10, 100])
    np.testing.assert_allclose(line.y, [2, 2, 4])  # geometric means
    np.testing.assert_allclose(band.y, [4, 4, 8, 2, 1, 1])
    cosine = drawn.data[5]
    np.testing.assert_allclose(cosine.y, [0.6, -0.3, 1.0])  # plain means
    assert line.line.color == "#d55e00"


def test_a_step_that_a_seed_did_not_reach_is_left_out() -> None:
    broken = VALUES.copy()
    broken[1, 2] = np.nan
    drawn = noisy_figure(STEPS, {"noise": VALUES}, {"noise": VALUES}, {"noise": broken})
    assert [len(trace.x) for trace in drawn.data if trace.line.width == 2] == [3, 3, 2]


def test_quantiles_are_a_band_around_the_median() -> None:
    rows = np.array([[-1.0, 0.0, 2.0], [-2.0, 0.5, 3.0], [-3.0, 1.0, 4.0]])
    drawn = quantile_figure(STEPS, {"none": rows, "batch": rows})
    assert [list(trace.y) for trace in drawn.data[:2]] == [[2, 3, 4, -3, -2, -1], [0, 0.5, 1]]
    assert [note.text for note in drawn.layout.annotations] == ["Without BN", "With BN"]


def test_bands_end_where_the_walks_did() -> None:
    walk = {
        "loss_low": VALUES,
        "loss_high": 9 * VALUES,
        "change_low": VALUES,
        "change_high": VALUES * 2,
        "beta": VALUES,
    }
    drawn = smooth_figure(STEPS, {"none": walk, "batch": walk})
    np.testing.assert_allclose(drawn.data[0].y, [18, 18, 36, 4, 2, 2])
    assert sum(bool(trace.showlegend) for trace in drawn.data) == 2
    assert {axis.type for axis in (drawn.layout.yaxis, drawn.layout.yaxis2, drawn.layout.yaxis3)} == {"log"}


def test_a_short_axis_has_marks_between_powers_of_ten() -> None:
    assert log_ticks(np.array([0.3, 4.0]))["tickvals"] == [0.1, 0.2, 0.5, 1.0, 2.0, 5.0]
    assert log_ticks(np.array([0.3, 400.0, np.nan]))["dtick"] == 1
    assert log_ticks(np.array([np.nan]))["dtick"] == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_shares_fill_the_bar_and_points_lie_on_the_diagonal(lang: str) -> None:
    random = np.random.default_rng(0)
    y, g = random.normal(size=(20, 4)), random.normal(size=(20, 4))
    y_hat = (y - y.mean(0)) / y.std(0)
    g_y = (g - g.mean(0) - y_hat * (y_hat * g).mean(0)) / y.std(0)
    layers = [gradient_identity(y, g, g_y, np.ones(4), 0.0)] * 2
    drawn = identity_figure(layers, lang=lang, dark=True)
    np.testing.assert_allclose(drawn.data[1].x, drawn.data[1].y)
    np.testing.assert_allclose(sum(np.asarray(bar.x) for bar in drawn.data[3:]), 100)


@pytest.mark.parametrize("arm", SLOTS)
def test_every_arm_has_a_name_and_a_dash_of_its_own(arm: str) -> None:
    assert arm_name(arm, "en") != arm_name(arm, "zh")
    assert len({dash for _, dash in SLOTS.values()}) == len(SLOTS)


def test_axes_have_titles_and_subplots_heads() -> None:
    none = {"none": VALUES}
    for drawn in (shift_figure(STEPS, series()), noisy_figure(STEPS, none, none, none)):
        layout = drawn.to_dict()["layout"]
        axes = [value for key, value in layout.items() if key.startswith("xaxis")]
        assert all(axis["title"]["text"] for axis in axes)
        heads = layout["annotations"]
        assert [head["xref"] for head in heads] == ["x domain", "x2 domain", "x3 domain"]
        assert all(head["text"] for head in heads)


def test_a_chinese_heading_is_broken_as_a_narrow_page_needs_it() -> None:
    headings = ["一层梯度的改变：有 BN / 无 BN", "change of a layer's gradient: with BN"]
    drawn = with_headings(make_subplots(cols=2), headings)
    assert [note.text for note in drawn.layout.annotations] == [
        "一层梯度的改变：<br>有 BN / 无 BN",
        "change of a layer's<br>gradient: with BN",
    ]
