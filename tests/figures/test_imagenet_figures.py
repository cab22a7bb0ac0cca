"""Figures of the paper's ImageNet tables: the printed numbers, and no curve."""

from __future__ import annotations

import pytest

from bnviz.analysis.imagenet import VARIANTS, variant
from bnviz.analysis.imagenet_ensemble import ENTRIES
from bnviz.figures.imagenet import ensemble_figure, schematic_figure, table_figure


def marked(figure) -> set[tuple[float, float]]:
    """All points that have a marker."""
    return {
        (x, y)
        for trace in figure.data
        if "markers" in trace.mode
        for x, y in zip(trace.x, trace.y, strict=True)
    }


@pytest.mark.parametrize("scale", ["log", "linear"])
def test_the_table_is_drawn_number_by_number(scale: str) -> None:
    figure = table_figure(VARIANTS, scale)
    expected = {(row.steps.value, row.name) for row in VARIANTS if row.steps.value is not None}
    expected |= {(row.accuracy.value, row.name) for row in VARIANTS}
    assert marked(figure) == expected
    assert any("blank" in note.text for note in figure.layout.annotations)
    assert (figure.layout.xaxis.type == "log") == (scale == "log")
    assert all(axis.title.text for axis in (figure.layout.xaxis, figure.layout.xaxis2))


@pytest.mark.parametrize("chosen", [row.key for row in VARIANTS])
def test_nothing_but_known_points_and_levels_is_drawn(chosen: str) -> None:
    figure = schematic_figure(VARIANTS, chosen)
    known = {(row.steps.value, 72.2) for row in VARIANTS if row.steps.value is not None}
    assert marked(figure) == known | {(6e6, 74.8)}
    lines = [trace for trace in figure.data if trace.mode == "lines" and trace.fill is None]
    assert [line.y for line in lines] == [(row.accuracy.known,) * 2 for row in VARIANTS]
    (area,) = [trace for trace in figure.data if trace.fill == "toself"]
    assert max(area.y) == variant(chosen).accuracy.known
    assert variant(chosen).name in area.name


def test_the_ensembles_errors_and_what_is_only_cited() -> None:
    figure = ensemble_figure(ENTRIES)
    expected = {(row.top5.known, row.name) for row in ENTRIES} | {(4.82, ENTRIES[-1].name)}
    assert marked(figure) == expected
    lines = {trace.x[0]: trace.name for trace in figure.data if trace.mode == "lines"}
    assert set(lines) == {5.1, 4.94}
    assert "cited only" in lines[5.1]
