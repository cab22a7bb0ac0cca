"""Figures of the chapter: a batch in cells, one sample moved, gradients, the input recovered, a shape."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.array_types import Floats
from bnviz.chapters.transform.results import Backward, IdentityRecovery, Move, Shape, Transform
from bnviz.figures.theme import INK, Theme, style
from bnviz.text.catalogue import translate

_SHADES = [[0.0, "#c8694a"], [0.5, "rgba(128,136,150,0.10)"], [1.0, "#3f86c4"]]
REACH = 10.5
"""How far a sample may be moved, in standard deviations, and a little air."""

_SYMBOLS = {"std": "circle", "var": "diamond", "one": "x"}


def cells_figure(done: Transform, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw x, x_hat and y of every sample and feature; hovering over a cell shows its arithmetic."""
    names = ("x", "x_hat", "y")
    titles = [translate(f"transform.figure.{name}", lang) for name in names]
    figure = make_subplots(cols=3, horizontal_spacing=0.05, subplot_titles=titles, shared_yaxes=True)
    samples, features = done.x.shape
    columns = [translate("transform.figure.feature", lang, number=number + 1) for number in range(features)]
    rows = [str(number + 1) for number in range(samples)]
    hover = {"x": _hover_x(done), "x_hat": _hover_x_hat(done), "y": _hover_y(done)}
    for place, name in enumerate(names, 1):
        values = getattr(done, name)
        # The first panel is colored by x_hat: features of different size share no color scale.
        colors = done.x_hat if name == "x" else values
        figure.add_trace(
            go.Heatmap(
                z=np.clip(colors, -3, 3),
                x=columns,
                y=rows,
                zmin=-3,
                zmax=3,
                colorscale=_SHADES,
                showscale=False,
                text=[[_short(value) for value in row] for row in values],
                texttemplate="%{text}",
                hovertext=hover[name],
                hoverinfo="text",
                xgap=2,
                ygap=2,
                textfont={"size": 12, "color": "#e8edf5" if dark else "#1a2233"},
            ),
            row=1,
            col=place,
        )
    figure.update_yaxes(title_text=translate("transform.figure.sample", lang), autorange="reversed", row=1, col=1)
    figure = style(figure, 130 + 24 * samples, top=40)
    figure.update_xaxes(showgrid=False)
    return figure.update_yaxes(showgrid=False, type="category")


def coupling_figure(move: Move, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw a feature before and after one sample moved, one arrow per sample: inputs left, outputs right."""
    theme, j = Theme(dark), move.feature
    titles = [translate(f"transform.figure.{name}", lang) for name in ("inputs", "outputs")]
    figure = make_subplots(cols=2, horizontal_spacing=0.06, subplot_titles=titles, shared_yaxes=True)
    rows = np.arange(1.0, len(move.before.x) + 1)
    for place, name in enumerate(("x", "y"), 1):
        old, new = getattr(move.before, name)[:, j], getattr(move.after, name)[:, j]
        _arrows(figure, old, new, rows, move.sample, theme, place, lang)
    for done, dash in ((move.before, "dot"), (move.after, "solid")):
        name = translate(f"transform.figure.mean_{'before' if done is move.before else 'after'}", lang)
        figure.add_scatter(
            x=[done.mean[j]] * 2,
            y=[0.5, len(rows) + 0.5],
            mode="lines",
            name=name,
            row=1,
            col=1,
            line={"color": INK, "dash": dash, "width": 1.5},
            hovertemplate="%{x:.4g}",
        )
    figure.update_yaxes(range=[len(rows) + 0.6, 0.4], dtick=1, tick0=1)
    figure.update_yaxes(title_text=translate("transform.figure.sample", lang), row=1, col=1)
    figure.update_xaxes(title_text=translate("transform.figure.x_axis", lang, number=j + 1), row=1, col=1)
    figure.update_xaxes(title_text=translate("transform.figure.y_axis", lang, number=j + 1), row=1, col=2)
    # Fixed for every move that the slider allows: |x_hat| never exceeds its limit.
    spread, reach = float(move.before.std[j]), 1.08 * move.limit * abs(float(move.before.gamma[j])) or 1.0
    x, middle = move.before.x[:, j], float(move.before.beta[j])
    figure.update_xaxes(range=[x.min() - REACH * spread, x.max() + REACH * spread], row=1, col=1)
    figure.update_xaxes(range=[middle - reach, middle + reach], row=1, col=2)
    figure = style(figure, 210 + 18 * len(rows), top=96)
    return figure.update_layout(legend={"yref": "container", "y": 1, "yanchor": "top"})


def gradients_figure(back: Backward, feature: int, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw d loss / d x of one feature: through the statistics, with detached statistics, and numerically."""
    theme = Theme(dark)
    rows = np.arange(1, len(back.target) + 1)
    figure = go.Figure()
    for name, values, arm in (("right", back.by_hand.x, 1), ("wrong", back.detached, 0)):
        figure.add_bar(
            x=rows,
            y=values[:, feature],
            name=translate(f"transform.figure.{name}", lang),
            marker={"color": theme.color(arm), "pattern": {"shape": "/" if arm == 0 else ""}},
            hovertemplate="%{x}: %{y:.4g}",
        )
    figure.add_scatter(
        x=rows,
        y=back.numerical[:, feature],
        mode="markers",
        name=translate("transform.figure.nudged", lang),
        marker={"color": INK, "symbol": "diamond-open", "size": 11, "line": {"width": 2}},
        hovertemplate="%{x}: %{y:.4g}",
    )
    figure.update_xaxes(title_text=translate("transform.figure.sample", lang), dtick=1)
    figure.update_yaxes(title_text=translate("transform.figure.grad_axis", lang, number=feature + 1))
    return style(figure, 340).update_layout(bargap=0.35, barmode="group")


def recovery_figure(
    tried: tuple[IdentityRecovery, ...], x: Floats, *, lang: str = "en", dark: bool = False
) -> go.Figure:
    """Draw output against input, each feature's input in its own standard deviations, for each gamma."""
    theme = Theme(dark)
    mean, std = x.mean(0), np.where(x.std(0) > 0, x.std(0), 1.0)
    figure = go.Figure()
    figure.add_scatter(
        x=[-4, 4],
        y=[-4, 4],
        mode="lines",
        line={"color": INK, "dash": "dot", "width": 1.2},
        name=translate("transform.figure.identity", lang),
        hoverinfo="skip",
    )
    for arm, found in zip((1, 0, 2), tried, strict=True):
        figure.add_scatter(
            x=((x - mean) / std).ravel(),
            y=((found.y - mean) / std).ravel(),
            mode="markers",
            name=translate(f"transform.figure.gamma.{found.choice}", lang),
            marker={"color": theme.color(arm), "symbol": _SYMBOLS[found.choice], "size": 9},
            hovertemplate="%{x:.3f} → %{y:.3f}",
        )
    figure.update_xaxes(title_text=translate("transform.figure.input_sd", lang), range=[-4, 4])
    figure.update_yaxes(title_text=translate("transform.figure.output_sd", lang), range=[-8, 8])
    return style(figure, 400)


def shape_figure(found: Shape, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw the histogram of a feature before and after; a dotted standard normal curve for comparison."""
    theme = Theme(dark)
    titles = [translate(f"transform.figure.{name}", lang) for name in ("shape_before", "shape_after")]
    figure = make_subplots(cols=2, horizontal_spacing=0.1, subplot_titles=titles)
    mean, std = found.moments_before.mean, found.moments_before.var**0.5
    # The same bins in both panels, in standard deviations: only the axis may differ.
    edges = np.linspace(-5, 5, 61)
    middles = (edges[:-1] + edges[1:]) / 2
    width = edges[1] - edges[0]
    panels = ((1, found.before, 0, mean, std), (2, found.after, 1, 0.0, 1.0))
    for place, values, arm, center, scale in panels:
        counts, _ = np.histogram(values, edges * scale + center)
        figure.add_bar(
            x=middles * scale + center,
            y=100 * counts / len(values),
            width=width * scale,
            marker={"color": theme.color(arm), "line": {"width": 0}},
            showlegend=False,
            hovertemplate="%{x:.2f}: %{y:.1f} %",
            row=1,
            col=place,
        )
    fine = np.linspace(-5, 5, 201)
    normal = 100 * width * np.exp(-(fine**2) / 2) / np.sqrt(2 * np.pi)
    figure.add_scatter(
        x=fine,
        y=normal,
        mode="lines",
        line={"color": INK, "dash": "dot"},
        hoverinfo="skip",
        name=translate("transform.figure.normal", lang),
        row=1,
        col=2,
    )
    figure.update_xaxes(title_text=translate("transform.figure.value_before", lang), row=1, col=1)
    figure.update_xaxes(title_text=translate("transform.figure.value_after", lang), range=[-5, 5], row=1, col=2)
    figure.update_yaxes(title_text=translate("transform.figure.share", lang), row=1, col=1)
    figure.update_yaxes(matches="y", row=1, col=2)
    figure = style(figure, 380, top=84)
    return figure.update_layout(legend={"yref": "container", "y": 1, "yanchor": "top"})


def _arrows(
    figure: go.Figure, old: Floats, new: Floats, rows: Floats, moved: int, theme: Theme, place: int, lang: str
) -> None:
    xs = np.column_stack([old, new, np.full(len(old), np.nan)]).ravel()
    ys = np.column_stack([rows, rows, np.full(len(rows), np.nan)]).ravel()
    where = {"row": 1, "col": place}
    figure.add_scatter(
        x=xs,
        y=ys,
        mode="lines+markers",
        showlegend=False,
        hoverinfo="skip",
        line={"color": INK, "width": 1.5},
        marker={"symbol": "arrow", "angleref": "previous", "size": [0, 9, 0] * len(rows), "color": INK},
        **where,
    )
    figure.add_scatter(
        x=old,
        y=rows,
        mode="markers",
        name=translate("transform.figure.before", lang),
        showlegend=place == 2,
        marker={"color": INK, "symbol": "circle-open", "size": 9},
        hovertemplate="%{y}: %{x:.4g}",
        **where,
    )
    here = rows - 1 == moved
    looks = (("others", ~here, theme.color(1), "circle"), ("moved", here, theme.color(2), "diamond"))
    for name, mask, color, symbol in looks:
        figure.add_scatter(
            x=new[mask],
            y=rows[mask],
            mode="markers",
            name=translate(f"transform.figure.{name}", lang),
            showlegend=place == 2,
            marker={"color": color, "symbol": symbol, "size": 10},
            hovertemplate="%{y}: %{x:.4g}",
            **where,
        )


def _hover_x(done: Transform) -> list[list[str]]:
    return [
        [f"x = {_short(value)}<br>μ = {done.mean[j]:.5g}<br>σ² = {done.var[j]:.5g}" for j, value in enumerate(row)]
        for row in done.x
    ]


def _hover_x_hat(done: Transform) -> list[list[str]]:
    return [
        [
            f"x̂ = ({_short(done.x[i, j])} − {_short(done.mean[j])}) / √({done.var[j]:.5g} + {done.eps:g})"
            f"<br>= {value:.5f}"
            for j, value in enumerate(row)
        ]
        for i, row in enumerate(done.x_hat)
    ]


def _hover_y(done: Transform) -> list[list[str]]:
    return [
        [
            f"y = γ x̂ + β = {done.gamma[j]:g} · {done.x_hat[i, j]:.5f} + {done.beta[j]:g}<br>= {value:.5f}"
            for j, value in enumerate(row)
        ]
        for i, row in enumerate(done.y)
    ]


def _short(value: float) -> str:
    return f"{value:.4g}" if abs(value) >= 100 else f"{value:.2f}"
