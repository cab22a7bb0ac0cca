"""Alternative texts of the figures, for screen readers."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bnviz.figures.common import finite, frame_at, labels_of, layer_names
from bnviz.figures.figure1 import percentiles
from bnviz.telemetry.history import History
from bnviz.telemetry.records import STAGES, SurfaceRecord
from bnviz.text.catalogue import translate


def alt_text(
    history: History,
    panel: str,
    step: int,
    *,
    stage: str = "pre_activation",
    layer: int = 0,
    unit: int = 0,
    surface: SurfaceRecord | None = None,
    lang: str = "en",
) -> str:
    """Return the alternative text of a panel's figure: what it shows, with its main numbers per arm."""
    labels = labels_of(history, lang)
    now = surface.step if surface is not None else step
    numbers = [
        f"{label} {_numbers(history, panel, step, arm, stage, layer, unit, surface)}"
        for arm, label in enumerate(labels)
    ]
    return translate(
        f"figure.alt.{panel}",
        lang,
        step=now,
        stage=translate(f"figure.stage.{stage}", lang),
        layer=layer_names(layer + 1, lang)[layer],
        unit=unit,
        numbers="; ".join(numbers),
    )


def _numbers(
    history: History, panel: str, step: int, arm: int, stage: str, layer: int, unit: int, surface: SurfaceRecord | None
) -> str:
    if panel == "curves":
        last = history.last_evaluation(arm)
        return "–" if last is None else f"{100 * last[2]:.1f} %"
    if panel == "contours" and surface is not None:
        row, column = np.abs(surface.ys).argmin(), np.abs(surface.xs).argmin()
        return _join([surface.loss[arm, row, column]])
    if panel == "figure1":
        values = percentiles(history, arm, layer, unit, step)[1]
        return _join(values[-1]) if len(values) else "–"
    record = frame_at(history, step).arms[arm]
    if panel == "distributions":
        pairs = finite(record.moments)[:, STAGES.index(stage)]
        return ", ".join(f"{mean:.2g} ± {std:.2g}" for mean, std in pairs)
    if panel == "saturation":
        return ", ".join(f"{100 * value:.1f} %" for value in finite(record.saturated_fraction))
    return _join(record.grad_norm) if panel == "gradients" else ""


def _join(values: Iterable[float]) -> str:
    return ", ".join(f"{value:.2g}" for value in finite(list(values)))
