"""The figure of a block in three dimensions, with the values that share a mean."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from bnviz.array_types import Floats, Ints
from bnviz.chapters.relatives.results import Shared
from bnviz.figures.theme import GRID, INK, rgb, style
from bnviz.text.catalogue import translate

HUES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8c6bb1")
"""Seven hues, so that neighbors along every side of a block of six have different ones."""

_CAMERA = {"eye": {"x": -1.5, "y": -1.6, "z": 1.0}, "center": {"x": 0, "y": 0, "z": -0.1}}
_HALF = 0.43
_CORNERS = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) * _HALF
_TRIANGLES = np.array(
    [
        [0, 1, 3],
        [0, 3, 2],
        [4, 6, 7],
        [4, 7, 5],
        [0, 4, 5],
        [0, 5, 1],
        [2, 3, 7],
        [2, 7, 6],
        [0, 2, 6],
        [0, 6, 4],
        [1, 5, 7],
        [1, 7, 3],
    ]
)
_EDGES = (0, 1, 3, 2, 0, 4, 5, 1, 5, 7, 3, 7, 6, 2, 6, 4)


def block_figure(
    shared: Shared, values: Floats, chosen: tuple[int, int, int], *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw every value of a block as a cube; those that share the mean of the chosen one have full color.

    Args:
        shared: the means and which values share them.
        values: (N, C, P), the block, for the hover text.
        chosen: image, channel and position of one value, from 0.
        lang: language of the words.
        dark: colors for a dark page.
    """
    figure = go.Figure(_cubes(shared.labels, values, shared.labels[chosen], lang, dark))
    corner = np.asarray(chosen) + _CORNERS * 1.12  # a little outside the cube, so that its faces do not hide it
    x, y, z = corner[list(_EDGES)][:, [0, 1, 2]].T
    figure.add_trace(
        go.Scatter3d(
            x=x + 1,
            y=y + 1,
            z=z + 1,
            mode="lines",
            hoverinfo="skip",
            showlegend=False,
            line={"color": "#ffffff" if dark else "#000000", "width": 6},
        )
    )
    style(figure, 460, top=8)
    axis = {
        "showbackground": False,
        "gridcolor": GRID,
        "zeroline": False,
        "color": INK,
        "dtick": 1,
        "showspikes": False,
    }
    sides = zip(("xaxis", "yaxis", "zaxis"), ("images", "channels", "places"), strict=True)
    names = {side: {**axis, "title": {"text": translate(f"relatives.fig.{name}", lang)}} for side, name in sides}
    return figure.update_layout(
        margin={"l": 0, "r": 0, "b": 0},
        scene={**names, "aspectmode": "data", "camera": _CAMERA, "dragmode": "turntable"},
    )


def _cubes(labels: Ints, values: Floats, shown: int, lang: str, dark: bool) -> go.Mesh3d:
    """Return one mesh of all cubes."""
    indices = np.stack(np.nonzero(np.ones_like(labels)), axis=1)  # (V, 3)
    corners = (indices[:, None, :] + 1 + _CORNERS).reshape(-1, 3)
    triangles = (8 * np.arange(len(indices))[:, None, None] + _TRIANGLES).reshape(-1, 3)
    flat = labels.ravel()
    colors = [_hue(label, label == shown, dark) for label in flat.tolist()]
    texts = [
        translate("relatives.fig.value", lang, n=n + 1, c=c + 1, p=p + 1, value=f"{value:.3f}", mean=label + 1)
        for (n, c, p), value, label in zip(indices.tolist(), values.ravel(), flat.tolist(), strict=True)
    ]
    return go.Mesh3d(
        x=corners[:, 0],
        y=corners[:, 1],
        z=corners[:, 2],
        i=triangles[:, 0],
        j=triangles[:, 1],
        k=triangles[:, 2],
        facecolor=np.repeat(colors, 12),
        flatshading=True,
        text=np.repeat(texts, 8),
        hoverinfo="text",
        lighting={"ambient": 0.75, "diffuse": 0.45, "specular": 0.05},
    )


def _hue(label: int, shown: bool, dark: bool) -> str:
    """Return the color of a mean, faded unless it is the one that is shown."""
    paper, share = (40 if dark else 244), (1.0 if shown else 0.24)
    parts = rgb(HUES[label % len(HUES)])
    red, green, blue = (round(share * part + (1 - share) * paper) for part in parts)
    return f"rgb({red},{green},{blue})"
