"""Figures of the paper's ImageNet tables: the printed numbers, and no curve."""

from __future__ import annotations

import pytest
from hand_made_variants import RECIPES, ensemble, variants

from bnviz.chapters.imagenet.figures import ensemble_figure, schematic_figure, table_figure
from bnviz.chapters.imagenet.members import members
from bnviz.chapters.imagenet.ours import compare
from bnviz.chapters.imagenet.ours_figure import members_figure, ratio_figure
from bnviz.chapters.imagenet.published import VARIANTS, variant
from bnviz.chapters.imagenet.published_ensemble import ENTRIES


def marked(figure) -> set[tuple[float, float]]:
    """All points that have a marker."""
    return {(x, y) for trace in figure.data if "markers" in trace.mode for x, y in zip(trace.x, trace.y, strict=True)}


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


LABELS = {arm: arm.upper() for arm in RECIPES}


def test_ratios_of_paper_and_reproduction_share_their_rows() -> None:
    figure = ratio_figure(compare(variants()), LABELS)
    paper, here, paper_gain, here_gain = figure.data
    assert dict(zip(paper.y, paper.x, strict=True))["FAST"] == pytest.approx(31 / 2.1)
    assert dict(zip(here.y, here.x, strict=True)) == pytest.approx({"BASELINE": 2, "FAST": 4, "FASTER": 2})
    assert set(paper_gain.y) == set(here_gain.y) == {"BASELINE", "FAST", "FASTER", "SIG"}
    assert "SIG" not in paper.y  # a blank stays a blank


def test_the_ensemble_by_its_number_of_members() -> None:
    found = members(ensemble())
    assert found is not None
    alone, band_, mean = members_figure(found).data
    assert list(mean.x) == [1, 2, 3]
    assert list(mean.y) == pytest.approx([40, 32.5, 25])
    assert list(band_.y) == pytest.approx([40, 35, 30, 20, 30, 40])
    assert list(alone.x) == [1, 2, 3] * 2
    assert list(alone.y) == pytest.approx([40, 50, 30] * 2)
