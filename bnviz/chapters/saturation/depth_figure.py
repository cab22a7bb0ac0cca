"""Figure of the chapter on saturation and depth: the gradient on its way back."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from bnviz.chapters.saturation.results import VARIANT_NAMES, DepthResult
from bnviz.figures.common import finite
from bnviz.figures.marks import reference_line
from bnviz.figures.theme import Theme, style
from bnviz.text.catalogue import translate

_LOW, _HIGH = -12.0, 12.0


def depth_figure(result: DepthResult, *, lang: str = "en", dark: bool = False) -> go.Figure:
    """Draw |dL/dh_1| / |dL/dh_depth| over depth, and the profile through the deepest net, on one log axis.

    The axis is fixed at 1e-12 to 1e12; a gradient that vanishes further leaves through the floor.

    Args:
        result: the gradients' norms.
        lang: language of the words.
        dark: colors for a dark page.
    """
    theme = Theme(dark)
    titles = [
        translate("saturation.fig.by_depth", lang),
        translate("saturation.fig.by_layer", lang, depth=result.depths[-1]),
    ]
    figure = make_subplots(cols=2, shared_yaxes="all", horizontal_spacing=0.06, subplot_titles=titles)
    _draw_variants(figure, result, theme, lang)
    reference_line(figure, y=1, width=1)
    figure.update_xaxes(range=[0, result.depths[-1] + 1])
    figure.update_xaxes(title_text=translate("saturation.fig.depth", lang), col=1)
    figure.update_xaxes(title_text=translate("saturation.fig.layer", lang), col=2)
    figure.update_yaxes(type="log", range=[_LOW, _HIGH], dtick=4, exponentformat="power")
    figure.update_yaxes(title_text=translate("saturation.fig.ratio", lang), col=1)
    style(figure, 440, top=96)
    return figure.update_layout(legend={"y": 1.1})


def _draw_variants(figure: go.Figure, result: DepthResult, theme: Theme, lang: str) -> None:
    layers = np.arange(1, result.profile.shape[1] + 1)
    for row, name in enumerate(VARIANT_NAMES):
        arm, skip = row // 2, bool(row % 2)
        looks = {
            "line": {**theme.line(arm), "width": 1.5 if skip else 3},
            "marker": {"symbol": "diamond-open" if skip else "circle", "size": 9 if skip else 7},
            "name": translate(f"saturation.fig.{name}", lang),
            "legendgroup": name,
        }
        depth = go.Scatter(
            x=list(result.depths),
            y=finite(result.ratio[row]),
            mode="lines+markers",
            hovertemplate="%{x}: %{y:.3g}",
            **looks,
        )
        layer = go.Scatter(
            x=layers,
            y=finite(result.profile[row]),
            mode="lines",
            showlegend=False,
            hovertemplate="%{x}: %{y:.3g}",
            **looks,
        )
        figure.add_trace(depth, row=1, col=1)
        figure.add_trace(layer, row=1, col=2)
