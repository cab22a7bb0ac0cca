"""Figures of the paper's ImageNet tables: only numbers that the paper prints, no curve between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.chapters.imagenet.published import THRESHOLD, PrintedPoints, Variant, printed_points
from bnviz.chapters.imagenet.published_ensemble import HE_TOP5, HUMAN_TOP5, TEST_TOP5, Entry
from bnviz.figures.marks import reference_line
from bnviz.figures.theme import GRID, INK, Theme, style
from bnviz.text.catalogue import translate

_LOG = {
    "type": "log",
    "range": [5.95, 7.8],
    "tickvals": [1e6, 2e6, 5e6, 1e7, 2e7, 5e7],
    "ticktext": ["1", "2", "5", "10", "20", "50"],
}
_LINEAR = {
    "range": [0, 35.5e6],
    "tickvals": [0, 5e6, 1e7, 1.5e7, 2e7, 2.5e7, 3e7],
    "ticktext": ["0", "5", "10", "15", "20", "25", "30"],
}
_ACCURACY = [68.6, 75.9]
_MARKS = ("circle-open", "circle", "diamond", "square", "triangle-up")


def _axis(scale: str) -> dict[str, object]:
    return dict(_LOG if scale == "log" else _LINEAR)


def table_figure(rows: Sequence[Variant], scale: str = "log", *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw Figure 3's table: steps until 72.2 % on the left, highest accuracy on the right.

    Args:
        rows: the rows of the table; the first one is without BN.
        scale: scale of the steps, "log" or "linear".
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme = Theme(dark)
    figure = make_subplots(cols=2, shared_yaxes=True, horizontal_spacing=0.05, column_widths=[0.58, 0.42])
    for index, row in enumerate(rows):
        slot = int(index > 0)
        marker = {"color": theme.color(slot), "size": 13, "symbol": "circle" if slot else "circle-open"}
        marker["line"] = {"width": 3 if not slot else 0, "color": theme.color(slot)}
        common = {
            "y": [row.name],
            "mode": "markers+text",
            "textposition": "top center",
            "marker": marker,
            "showlegend": False,
            "cliponaxis": False,
        }
        _add_steps(figure, row, common, lang)
        accuracy, words = row.accuracy.known, f"{row.accuracy.known:.1f} %"
        figure.add_trace(
            go.Scatter(x=[accuracy], text=[words], hovertemplate=words, name=row.name, **common), row=1, col=2
        )
    reference_line(figure, x=THRESHOLD, row=1, col=2)
    figure.update_xaxes(title_text=translate("imagenet.fig.steps", lang), **_axis(scale), row=1, col=1)
    figure.update_xaxes(title_text=translate("imagenet.fig.accuracy", lang), range=_ACCURACY, row=1, col=2)
    names = [row.name for row in rows]
    figure.update_yaxes(categoryorder="array", categoryarray=names[::-1], range=[-0.6, len(rows) - 0.4])
    figure.update_yaxes(automargin=True)
    return style(figure, 340, top=20)


def _add_steps(figure: go.Figure, row: Variant, common: Mapping[str, object], lang: str) -> None:
    """Draw the steps of a variant in the left panel, or a note where the paper prints none."""
    steps = row.steps.value
    if steps is not None:
        words = translate("imagenet.fig.millions", lang, steps=f"{steps / 1e6:.1f}")
        mark = go.Scatter(x=[steps], text=[words], hovertemplate=words, name=row.name, **common)
        figure.add_trace(mark, row=1, col=1)
        return
    figure.add_annotation(
        xref="x domain",
        x=0.02,
        y=row.name,
        showarrow=False,
        xanchor="left",
        yanchor="bottom",
        font={"color": INK},
        text=translate("imagenet.fig.blank", lang),
        row=1,
        col=1,
        exclude_empty_subplots=False,
    )


def schematic_figure(
    rows: Sequence[Variant], chosen: str, scale: str = "linear", *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw the points and levels that the paper prints of the curves of its Figure 2, and nothing between them.

    The shaded area is where the curve of the chosen variant must be: below 72.2 % before the step at which it
    reaches that accuracy, and below its highest accuracy after that step.

    Args:
        rows: the rows of Figure 3; the first one is without BN.
        chosen: key of the variant whose area is shaded.
        scale: scale of the steps, "log" or "linear".
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme, figure = Theme(dark), go.Figure()
    axis = _axis(scale)
    left, right = (1e5, 6e7) if scale == "log" else (0.0, 35.5e6)
    for index, row in enumerate(rows):
        slot, known = int(index > 0), printed_points(row)
        color, strong = theme.color(slot), row.key == chosen
        if strong:
            figure.add_trace(_area(row, left, right, theme.fill(slot, 0.14), lang))
        start = left if known.reached is None else known.reached[0]
        line = {"color": color, "dash": "dot", "width": 3 if strong else 1.2}
        figure.add_trace(_level(known, (start, right), line, lang))
        points = sorted({point for point in (known.reached, known.best) if point is not None})
        figure.add_trace(
            go.Scatter(
                x=[step for step, _ in points],
                y=[high for _, high in points],
                mode="markers",
                name=known.name,
                hovertemplate="%{x:.3s}: %{y:.1f} %",
                marker={
                    "color": color,
                    "symbol": _MARKS[index],
                    "size": 14 if strong else 10,
                    "line": {"width": 0 if slot else 2.5, "color": color},
                },
            )
        )
    reference_line(figure, y=THRESHOLD, dash="solid", width=1, color=GRID)
    _name_levels(figure, rows)
    figure.update_xaxes(title_text=translate("imagenet.fig.step", lang), **axis)
    figure.update_yaxes(title_text=translate("imagenet.fig.accuracy", lang), range=_ACCURACY)
    return style(figure, 440, top=64).update_layout(margin_r=150)


def _level(known: PrintedPoints, ends: tuple[float, float], line: Mapping[str, object], lang: str) -> go.Scatter:
    """Return the line at the highest accuracy of a variant."""
    return go.Scatter(
        x=ends,
        y=[known.level, known.level],
        mode="lines",
        showlegend=False,
        line=line,
        name=known.name,
        hovertemplate=translate("imagenet.fig.level", lang, name=known.name, level=f"{known.level:.1f}"),
    )


def _name_levels(figure: go.Figure, rows: Sequence[Variant]) -> None:
    """Write name and highest accuracy of each variant at the right of the figure."""
    for row in rows:
        figure.add_annotation(
            xref="x domain",
            x=1.01,
            y=row.accuracy.known,
            xanchor="left",
            showarrow=False,
            font={"size": 12},
            text=f"{row.name} {row.accuracy.known:.1f} %",
            yshift=4 if row.key == "x5" else 0,  # its level is close to the next one
        )


def _area(row: Variant, left: float, right: float, color: str, lang: str) -> go.Scatter:
    """Return the area in which the curve of a variant must be; it extends below the visible range."""
    known, low = printed_points(row), 0.0
    corners = [(left, low), (left, THRESHOLD)]
    if known.reached is None:
        corners = [(left, low), (left, known.level)]
    else:
        corners += [known.reached, (known.reached[0], known.level)]
    corners += [(right, known.level), (right, low)]
    return go.Scatter(
        x=[x for x, _ in corners],
        y=[y for _, y in corners],
        fill="toself",
        fillcolor=color,
        mode="lines",
        line={"width": 0},
        hoverinfo="skip",
        name=translate("imagenet.fig.area", lang, name=known.name),
        legendrank=2000,
    )


def ensemble_figure(rows: Sequence[Entry], *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the top-5 errors of Figure 4, and beside them those that the paper or others cite.

    Args:
        rows: the rows of the table.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme, figure = Theme(dark), go.Figure()
    for slot, ours in ((0, False), (1, True)):
        figure.add_trace(_errors([row for row in rows if row.ours == ours], ours, theme.color(slot), lang))
    figure.add_trace(
        go.Scatter(
            x=[TEST_TOP5.known],
            y=[rows[-1].name],
            mode="markers",
            hovertemplate="%{x:g} %",
            name=translate("imagenet.fig.test", lang, error=f"{TEST_TOP5.known:g}"),
            marker={"color": theme.color(1), "size": 13, "symbol": "star-open", "line": {"width": 2}},
        )
    )
    cited = (("human", HUMAN_TOP5.value, "dash"), ("he", HE_TOP5.known, "dot"))
    for key, value, dash in cited:
        figure.add_trace(
            go.Scatter(
                x=[value, value],
                y=[rows[0].name, rows[-1].name],
                mode="lines",
                hovertemplate="%{x:g} %",
                line={"color": INK, "dash": dash, "width": 2},
                name=translate(f"imagenet.fig.{key}", lang, error=f"{value:g}"),
            )
        )
    names = [row.name for row in rows]
    figure.update_yaxes(categoryorder="array", categoryarray=names[::-1], automargin=True)
    figure.update_xaxes(title_text=translate("imagenet.fig.top5", lang), range=[4.5, 8.6])
    return style(figure, 430, top=96)


def _errors(rows: Sequence[Entry], ours: bool, color: str, lang: str) -> go.Scatter:
    """Return the top-5 errors of the paper's own networks, or of the others."""
    return go.Scatter(
        x=[row.top5.known for row in rows],
        y=[row.name for row in rows],
        mode="markers+text",
        text=[f"{row.top5.known:g} %{'*' if row.starred else ''}" for row in rows],
        textposition=["bottom center" if row.starred else "top center" for row in rows],
        cliponaxis=False,
        hovertemplate="%{x:g} %",
        name=translate("imagenet.fig.ours" if ours else "imagenet.fig.others", lang),
        marker={
            "color": color,
            "size": 13,
            "symbol": "circle" if ours else "circle-open",
            "line": {"width": 0 if ours else 3, "color": color},
        },
    )
