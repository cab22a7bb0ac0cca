"""The marks of figures: where they lie and what they say."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest
from plotly.subplots import make_subplots

from bnviz.figures.marks import band, bars, mean_ticks, reference_line, seed_dots
from bnviz.figures.theme import INK, rgb, rgba


def test_a_band_runs_along_its_upper_edge_and_back_along_its_lower() -> None:
    drawn = band([0, 10, 20], [1.0, 2.0, 3.0], [4.0, 5.0, 6.0], "rgba(1, 2, 3, 0.2)", legendgroup="with BN")
    assert list(drawn.x) == [0, 10, 20, 20, 10, 0]
    assert list(drawn.y) == [4, 5, 6, 3, 2, 1]
    assert (drawn.fill, drawn.fillcolor, drawn.line.width) == ("toself", "rgba(1, 2, 3, 0.2)", 0)
    assert (drawn.hoverinfo, drawn.showlegend, drawn.legendgroup) == ("skip", False, "with BN")


def test_every_seed_gets_a_dot_in_its_row() -> None:
    drawn = seed_dots(["a", "b"], [[1.0, 2.0], [3.0]], ["#000001", "#000002"], marker={"symbol": "diamond"})
    assert (list(drawn.x), list(drawn.y)) == ([1, 2, 3], ["a", "a", "b"])
    assert list(drawn.marker.color) == ["#000001", "#000001", "#000002"]
    assert drawn.marker.symbol == "diamond"
    assert seed_dots(["a"], np.array([[1.0, 2.0]]), "#000001").marker.color == "#000001"


def test_rows_and_labels_must_match() -> None:
    with pytest.raises(ValueError, match="zip"):
        seed_dots(["a"], [[1.0], [2.0]], INK)


def test_a_tick_marks_the_mean() -> None:
    drawn = mean_ticks(["a", "b"], [1.5, 3.0], INK, hovertemplate="%{x:.2f} %")
    assert (list(drawn.x), list(drawn.y), drawn.marker.symbol) == ([1.5, 3.0], ["a", "b"], "line-ns-open")
    assert drawn.hovertemplate == "%{x:.2f} %"


def test_bars_are_horizontal() -> None:
    drawn = bars(["a", "b"], [10.0, 20.0], [INK, "#000001"], width=0.6, marker={"opacity": 0.5})
    assert (list(drawn.x), list(drawn.y), drawn.orientation, drawn.width) == ([10, 20], ["a", "b"], "h", 0.6)
    assert (list(drawn.marker.color), drawn.marker.opacity) == ([INK, "#000001"], 0.5)


def test_a_reference_line_crosses_every_subplot_or_the_named_one() -> None:
    figure = make_subplots(cols=2).add_traces([go.Scatter(y=[1, 2])] * 2, rows=[1, 1], cols=[1, 2])
    reference_line(figure, y=10.0, label="chance", width=1)
    reference_line(figure, x=3.0, dash="dash", row=1, col=2)
    both, second = figure.layout.shapes[:2], figure.layout.shapes[2]
    assert [(shape.y0, shape.y1, shape.yref) for shape in both] == [(10, 10, "y"), (10, 10, "y2")]
    assert (second.x0, second.x1, second.xref, second.line.dash) == (3, 3, "x2", "dash")
    assert (both[0].line.color, both[0].line.dash, both[0].line.width) == (INK, "dot", 1)
    assert [note.text for note in figure.layout.annotations] == ["chance", "chance"]


def test_a_reference_line_is_at_x_or_at_y() -> None:
    with pytest.raises(ValueError, match="either x or y"):
        reference_line(go.Figure())
    with pytest.raises(ValueError, match="either x or y"):
        reference_line(go.Figure(), x=1.0, y=1.0)


def test_colors_are_read_and_get_an_opacity() -> None:
    assert rgb("#d55e00") == (213, 94, 0)
    assert rgba("#d55e00", 0.2) == "rgba(213, 94, 0, 0.2)"
    assert rgba("#ffffff", 1) == "rgba(255, 255, 255, 1)"
