"""The survival map as drawn: colors, symbols, order, axes, words."""

from __future__ import annotations

import itertools
import math

import numpy as np
import numpy.typing as npt
import pytest

from bnviz.chapters.survival.figures import survival_figure
from bnviz.chapters.survival.labels import COLORS, COLORS_DARK, SYMBOLS, cell_facts, tick
from bnviz.chapters.survival.results import CellSummary, SurvivalMap
from bnviz.sweeps import OUTCOMES
from bnviz.text.catalogue import translate

ARMS = ((("norm", "none"),), (("norm", "batch"),), (("norm", "layer"),))
CELLS = [CellSummary(name, 2, 3, 0.5, 1.25, 2.5, 0.3, (3, 9) if name == "diverged" else ()) for name in OUTCOMES]
FOUND = SurvivalMap(
    "lr",
    (0.001, 0.01, 10.0),
    "init_scale",
    (0.1, 1.0),
    ARMS,
    OUTCOMES,
    3,
    300,
    (
        (tuple(CELLS[:3]), (CELLS[3], CELLS[4], None)),
        ((None, None, None), tuple(CELLS[:3])),
        (tuple(CELLS[2:5]), tuple(CELLS[:3])),
    ),
)


@pytest.mark.parametrize(("lang", "dark"), [("en", False), ("zh", True)])
def test_every_arm_has_one_map_with_the_same_axes_and_colors(lang: str, dark: bool) -> None:
    figure = survival_figure(FOUND, lang=lang, dark=dark)
    maps = [trace for trace in figure.data if trace.type == "heatmap"]
    assert len(maps) == 3
    assert [note.text for note in figure.layout.annotations] == [
        translate(f"arm.{arm}", lang) for arm in ("none", "batch", "layer")
    ]
    assert len({(tuple(map(tuple, each.colorscale)), each.zmin, each.zmax) for each in maps}) == 1
    for k in (1, 2, 3):
        axis = figure.layout[f"xaxis{k if k > 1 else ''}"]
        assert tuple(axis.range) == (-0.5, 2.5)
        assert tuple(axis.ticktext) == ("0.001", "0.01", "10")
        assert axis.title.text == translate("survival.axis.lr", lang)
    assert figure.layout.yaxis.title.text == translate("survival.axis.init_scale", lang)
    assert [list(row) for row in maps[0].z] == [[0, 1, 2], [3, 4, -1]]
    assert [list(row) for row in maps[1].z] == [[-1, -1, -1], [0, 1, 2]]


@pytest.mark.parametrize("dark", [False, True])
def test_every_code_gets_the_color_of_its_outcome(dark: bool) -> None:
    heatmap = survival_figure(FOUND, dark=dark).data[0]
    colors = COLORS_DARK if dark else COLORS
    width = heatmap.zmax - heatmap.zmin
    for code, name in enumerate(OUTCOMES):
        share = (code - heatmap.zmin) / width
        below = [color for edge, color in heatmap.colorscale if edge <= share]
        above = [color for edge, color in heatmap.colorscale if edge >= share]
        assert below[-1] == above[0] == colors[name]


def test_a_cell_shows_its_outcome_without_color_and_how_many_agree() -> None:
    texts = survival_figure(FOUND).data[0].text
    assert len(set(SYMBOLS.values())) == len(OUTCOMES) == len(SYMBOLS)
    for text, name in zip([*texts[0], *texts[1]], OUTCOMES, strict=False):
        assert SYMBOLS[name] in text
        assert text.endswith("2/3")
    assert texts[1][2] == ""


def test_one_arm_alone_and_the_frame_of_the_chosen_cell() -> None:
    figure = survival_figure(FOUND, arms=1)
    assert [trace.type for trace in figure.data] == ["heatmap", "scatter"]
    assert len(figure.layout.shapes) == 0
    shapes = survival_figure(FOUND, chosen=(1, 2)).layout.shapes
    assert {(shape.x0, shape.x1, shape.y0, shape.y1) for shape in shapes} == {(1.5, 2.5, 0.5, 1.5)}
    assert len(shapes) == 3


def test_the_pointer_hits_every_cell_and_reads_its_numbers() -> None:
    targets = survival_figure(FOUND).data[1]
    assert [tuple(point) for point in targets.customdata] == list(itertools.product(range(2), range(3)))
    assert list(targets.x) == [0, 1, 2, 0, 1, 2]
    assert "steps of divergence: 3, 9" in targets.text[4]
    assert "50.0 %" in targets.text[0]
    assert "training 1.25, test 2.5" in targets.text[0]
    assert translate("survival.fig.unknown") in targets.text[5]


def test_what_means_nothing_is_not_told() -> None:
    bare = CellSummary("stalled", 1, 1, 0.1, math.nan, math.nan, math.nan, ())
    facts = cell_facts(bare, 3, "en")
    assert facts[-1] == "seeds not trained yet: 2"
    assert not any("nan" in fact or "idle" in fact for fact in facts)
    assert "training –, test –" in facts[2]
    assert (tick(0.00376), tick(64), tick(10.0)) == ("0.0038", "64", "10")


def lab(color: str, simulate: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """CIELAB of an sRGB color as seen through a 3 x 3 matrix on linear RGB."""
    rgb = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    t = xyz @ np.clip(simulate @ linear, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(t > 0.0089, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


# Machado, Oliveira & Fernandes 2009, severity 1.
SIGHTS = {
    "usual": np.eye(3),
    "protan": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "deutan": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    "tritan": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
}


def test_a_stalled_cell_is_not_the_brightest_of_a_dark_map() -> None:
    light = {name: lab(color, np.eye(3))[0] for name, color in COLORS_DARK.items()}
    assert light["stalled"] < min(light["converged"], light["slow"], light["saturated"])


@pytest.mark.parametrize("colors", [COLORS, COLORS_DARK], ids=["light", "dark"])
@pytest.mark.parametrize("sight", list(SIGHTS))
def test_colors_are_told_apart_by_color_blind_readers(sight: str, colors: dict[str, str]) -> None:
    seen = {name: lab(color, np.asarray(SIGHTS[sight])) for name, color in colors.items()}
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 15, (one, other)
