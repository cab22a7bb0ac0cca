"""Filters and feature maps of twins as pictures, with mean and spread under each map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.array_types import Floats
from bnviz.chapters.convolution.results import STAGES, ArmPictures
from bnviz.figures.theme import INK, style
from bnviz.text.catalogue import translate
from bnviz.text.numbers import two_digits

_ROWS = ("filters", *STAGES)
_GAP = 0.12
"""Gap between two tiles, as a fraction of a tile's side."""


def pictures_figure(
    arms: Sequence[ArmPictures], names: Sequence[str], *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw filters and maps of each arm in a column: one row per stage, one tile per map.

    Red is positive, blue negative, each panel on its own scale (its 99.5th percentile of absolute values).

    Args:
        arms: the pictures of each arm; a network without BN has no stage "norm".
        names: the labels of the arms.
        lang: language of the words.
        dark: colors for a dark page.
    """
    figure = make_subplots(
        rows=len(_ROWS),
        cols=len(arms),
        horizontal_spacing=0.04,
        vertical_spacing=0.1,
        column_titles=list(names),
        row_titles=[translate(f"convolution.fig.stage.{row}", lang) for row in _ROWS],
    )
    for column, arm in enumerate(arms, 1):
        for row, stage in enumerate(_ROWS, 1):
            tiles = arm.filters if stage == "filters" else arm.maps.get(stage)
            if tiles is None:
                _write(figure, translate("convolution.fig.no_norm", lang), row, column)
                continue
            _draw_tiles(figure, tiles, row, column)
            if stage != "filters":
                _draw_numbers(figure, arm.means[stage], arm.sds[stage], row, column)
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    style(figure, 135 * len(_ROWS) + 60, top=40)
    figure.update_layout(margin={"l": 8, "r": 40, "b": 36})
    return figure


def mosaic(tiles: Floats) -> Floats:
    """Return tiles (K, p, q) side by side with gaps of NaN; the last row is first, as a heatmap draws from below."""
    gap = max(1, round(_GAP * tiles.shape[2]))
    wide = np.pad(tiles, ((0, 0), (0, 0), (0, gap)), constant_values=np.nan)
    return np.asarray(np.concatenate(list(wide), axis=1)[::-1, :-gap])


def _draw_tiles(figure: go.Figure, tiles: Floats, row: int, column: int) -> None:
    count, _, side = tiles.shape
    step = side + max(1, round(_GAP * side))
    picture = mosaic(tiles)
    largest = float(np.nanpercentile(abs(picture), 99.5)) or 1.0
    figure.add_trace(
        go.Heatmap(
            z=picture,
            x=(np.arange(picture.shape[1]) + 0.5) / step,
            y=(np.arange(picture.shape[0]) + 0.5) / step,
            zmin=-largest,
            zmax=largest,
            colorscale="RdBu_r",
            showscale=False,
            hovertemplate="%{z:.3g}",
            name="",
            hoverongaps=False,
        ),
        row=row,
        col=column,
    )
    figure.update_xaxes(range=[0, count], row=row, col=column)
    figure.update_yaxes(
        range=[0, side / step],
        scaleanchor=_axes(figure, row, column)[0],
        constrain="domain",
        constraintoward="top",
        row=row,
        col=column,
    )


def _draw_numbers(figure: go.Figure, means: Floats, sds: Floats, row: int, column: int) -> None:
    x, y = _axes(figure, row, column)
    for index, (mean, sd) in enumerate(zip(means, sds, strict=True)):
        figure.add_annotation(
            x=index + 0.45,
            y=0,
            xref=x,
            yref=f"{y} domain",
            yanchor="top",
            showarrow=False,
            font={"size": 10, "color": INK},
            text=f"{two_digits(mean)}<br>± {two_digits(sd)}".replace("-", "−"),
        )


def _axes(figure: go.Figure, row: int, column: int) -> tuple[str, str]:
    """Return the names of a panel's axes for annotations: x3, y3."""
    panel = figure.get_subplot(row, column)
    return panel.xaxis.plotly_name.replace("axis", ""), panel.yaxis.plotly_name.replace("axis", "")


def _write(figure: go.Figure, words: str, row: int, column: int) -> None:
    figure.add_trace(go.Scatter(x=[0.5], y=[0.5], mode="text", text=[words], showlegend=False), row=row, col=column)
    figure.update_xaxes(range=[0, 1], row=row, col=column)
    figure.update_yaxes(range=[0, 1], row=row, col=column)
