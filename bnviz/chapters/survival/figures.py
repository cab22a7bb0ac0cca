"""The survival map as small multiples: color and symbol show the outcome of most seeds of a cell."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.chapters.survival.labels import COLORS, COLORS_DARK, SYMBOLS, arm_names, axis_label, cell_facts, tick
from bnviz.chapters.survival.results import CellSummary, SurvivalMap
from bnviz.figures.theme import GRID, INK, style
from bnviz.text.catalogue import translate

_PENDING = "rgba(128, 136, 150, 0.12)"


def survival_figure(
    found: SurvivalMap,
    *,
    arms: int | None = None,
    chosen: tuple[int, int] | None = None,
    lang: str = "en",
    dark: bool = False,
) -> go.Figure:
    """Draw one map per arm with the same colors and axes; each cell has a symbol and the number of seeds that agree.

    Args:
        found: the map; cells without a result are pale.
        arms: how many arms are drawn, from the first; None draws all.
        chosen: (row, column) of the cell that is framed in every map.
        lang: language of the words.
        dark: colors for a dark page.
    """
    shown = len(found.arms) if arms is None else arms
    names = arm_names(found, lang)
    figure = make_subplots(cols=shown, shared_yaxes=True, horizontal_spacing=0.03, subplot_titles=names[:shown])
    for arm in range(shown):
        figure.add_trace(_colors(found, arm, COLORS_DARK if dark else COLORS), row=1, col=arm + 1)
        figure.add_trace(_targets(found, arm, names[arm], lang), row=1, col=arm + 1)
        if chosen is not None:
            row, column = chosen
            figure.add_shape(
                type="rect",
                x0=column - 0.5,
                x1=column + 0.5,
                y0=row - 0.5,
                y1=row + 0.5,
                line={"color": "#f5f7fa" if dark else "#10141a", "width": 3},
                row=1,
                col=arm + 1,
            )
    _axes(figure, found, lang)
    style(figure, 130 + 52 * len(found.ys), top=40)
    figure.update_xaxes(showgrid=False, zeroline=False)
    figure.update_yaxes(showgrid=False, zeroline=False)
    figure.update_layout(showlegend=False, clickmode="event+select", dragmode=False, hoverdistance=60)
    return figure


def _colors(found: SurvivalMap, arm: int, colors: Mapping[str, str]) -> go.Heatmap:
    """Return the colored cells; a cell without a result has the code -1, below those of the outcomes."""
    order = {outcome: code for code, outcome in enumerate(found.outcomes)}
    rows = found.cells[arm]
    scale = [_PENDING, *(colors[outcome] for outcome in found.outcomes)]
    edges = [k / len(scale) for k in range(len(scale) + 1)]
    return go.Heatmap(
        z=[[-1 if cell is None else order[cell.outcome] for cell in row] for row in rows],
        text=[["" if cell is None else _mark(cell) for cell in row] for row in rows],
        texttemplate="%{text}",
        textfont={"size": 12},
        hoverinfo="skip",
        showscale=False,
        xgap=2,
        ygap=2,
        zmin=-1.5,
        zmax=len(order) - 0.5,
        colorscale=[(edge, color) for k, color in enumerate(scale) for edge in (edges[k], edges[k + 1])],
    )


def _mark(cell: CellSummary) -> str:
    return f'<span style="font-size:17px">{SYMBOLS[cell.outcome]}</span><br>{cell.agree}/{cell.done}'


def _targets(found: SurvivalMap, arm: int, name: str, lang: str) -> go.Scatter:
    """Return invisible marks that answer the pointer: Plotly does not select the cells of a heatmap."""
    rows, columns = range(len(found.ys)), range(len(found.xs))
    points = [(row, column) for row in rows for column in columns]
    titles = [
        f"<b>{name}</b><br>{axis_label(found.x_field, lang)} {tick(found.xs[column])}, "
        f"{axis_label(found.y_field, lang)} {tick(found.ys[row])}"
        for row, column in points
    ]
    cells = [found.at(arm, row, column) for row, column in points]
    facts = [
        translate("survival.fig.unknown", lang) if cell is None else "<br>".join(cell_facts(cell, found.seeds, lang))
        for cell in cells
    ]
    invisible = {"marker": {"opacity": 0}}
    return go.Scatter(
        x=[column for _, column in points],
        y=[row for row, _ in points],
        mode="markers",
        marker={"size": 30, "symbol": "square", "opacity": 0},
        selected=invisible,
        unselected=invisible,
        customdata=points,
        text=[f"{title}<br>{fact}" for title, fact in zip(titles, facts, strict=True)],
        hovertemplate="%{text}<extra></extra>",
    )


def _axes(figure: go.Figure, found: SurvivalMap, lang: str) -> None:
    for update, field, values in (
        (figure.update_xaxes, found.x_field, found.xs),
        (figure.update_yaxes, found.y_field, found.ys),
    ):
        update(
            tickvals=list(range(len(values))),
            ticktext=[tick(value) for value in values],
            range=[-0.5, len(values) - 0.5],
            linecolor=GRID,
            tickcolor=INK,
        )
        title = axis_label(field, lang)
        if update == figure.update_yaxes:
            update(title_text=title, row=1, col=1)
        else:
            update(title_text=title)
