"""The theme of all figures: colors and dashes of the arms, a transparent background, and a neutral grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from bnviz.config import Changes

LIGHT = ("#d55e00", "#0072b2", "#009e73")
DARK = ("#ff9a4d", "#56b4e9", "#2ec4a0")
DASHES = ("dash", "solid", "dot")
"""Line styles of the arms: color is never the only difference."""

GRID = "rgba(128, 136, 150, 0.25)"
INK = "#7c8594"
CHOSEN = "#2f86c1"
"""The color of the chosen tool beside a figure, to be seen on a light and on a dark page."""
SHADE = "rgba(213, 94, 0, 0.09)"


def rgb(color: str) -> tuple[int, int, int]:
    """Return red, green and blue of a color "#rrggbb", 0..255 each."""
    value = int(color[1:], 16)
    return value >> 16, value >> 8 & 255, value & 255


def rgba(color: str, opacity: float) -> str:
    """Return a color "#rrggbb" with an opacity from 0 to 1, as CSS and Plotly write it."""
    red, green, blue = rgb(color)
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


@dataclass(frozen=True, slots=True)
class Theme:
    """The style of the arms on a light or a dark page; ``slots`` says which color each arm has."""

    dark: bool = False
    slots: tuple[int, ...] = (0, 1, 2)

    def color(self, arm: int) -> str:
        """Return an arm's color (Okabe and Ito's palette, distinguishable for color-blind readers)."""
        return (DARK if self.dark else LIGHT)[self.slots[arm]]

    def fill(self, arm: int, opacity: float = 0.2) -> str:
        """Return an arm's color for an area."""
        return rgba(self.color(arm), opacity)

    def line(self, arm: int, width: float = 2.0) -> dict[str, object]:
        """Return an arm's line."""
        return {"color": self.color(arm), "dash": DASHES[self.slots[arm]], "width": width}


def arm_slots(arms: Sequence[Changes]) -> tuple[int, ...]:
    """Return the color slot of each arm: the first without BN, the second with BN, a free one otherwise."""
    fixed: dict[Changes, int] = {(("norm", "none"),): 0, (("norm", "batch"),): 1}
    wanted = [fixed.get(changes) for changes in arms]
    free = [slot for slot in range(3) if slot not in wanted]
    return tuple(free.pop(0) if slot is None else slot for slot in wanted)


def style(figure: go.Figure, height: int, top: int = 56) -> go.Figure:
    """Apply the theme to a figure, with sizes in pixels; return the figure."""
    figure.update_layout(
        height=height,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 64, "r": 24, "t": top, "b": 56},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "itemsizing": "constant"},
        hovermode="closest",
        bargap=0,
        # The zoom is kept when the same figure is drawn again.
        uirevision="bnviz",
        # Plotly would choose the color of the chosen tool against the ground, and take a transparent one for black.
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": INK, "activecolor": CHOSEN},
    )
    axis = {"gridcolor": GRID, "zerolinecolor": GRID, "linecolor": GRID, "ticks": "outside", "tickcolor": GRID}
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    return figure
