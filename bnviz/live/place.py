"""Place: what a viewer looks at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """What a viewer looks at, as a link names it.

    Attributes:
        panel: the open panel; empty before the first report.
        layer: the layer that the panel shows alone, from 1; None if it shows all or the usual one.
        unit: number of the unit that the panel shows; None for panels of whole layers.
        step: the step shown; None follows the newest.
        shown: number of the last request of the page that the view had carried out (``lab.live_view.open_panel``).
    """

    panel: str = ""
    layer: int | None = None
    unit: int | None = None
    step: int | None = None
    shown: int | None = None
