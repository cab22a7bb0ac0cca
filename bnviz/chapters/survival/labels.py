"""The labels of the survival map: arms, axes, outcomes and the facts of a cell."""

from __future__ import annotations

import math

from bnviz.chapters.survival.results import CellSummary, SurvivalMap
from bnviz.config import Experiment, RunConfig, Value
from bnviz.text.catalogue import arm_labels, translate

COLORS = {
    "converged": "#009e73",
    "slow": "#f0e442",
    "stalled": "#bcc3cd",
    "saturated": "#cc79a7",
    "diverged": "#7a1f4b",
}
"""Distinguishable for color-blind readers, on a light and on a dark page (a test simulates them)."""

COLORS_DARK = COLORS | {"stalled": "#5a6675"}
"""The same for a dark page, on which a pale cell would be the brightest of the map."""

SYMBOLS = {"converged": "●", "slow": "◐", "stalled": "○", "saturated": "▣", "diverged": "✕"}
"""Distinguishable without any color."""


def arm_names(found: SurvivalMap, lang: str) -> tuple[str, ...]:
    """Return the labels of the arms, the same as in the lab."""
    return arm_labels(Experiment(RunConfig(), found.arms), lang)


def axis_label(field: str, lang: str) -> str:
    """Return the label of an axis."""
    return translate(f"survival.axis.{field}", lang)


def tick(value: Value) -> str:
    """Return a tick label of an axis."""
    return f"{value:.2g}" if isinstance(value, float) else str(value)


def cell_facts(cell: CellSummary, seeds: int, lang: str) -> list[str]:
    """Return the facts of a cell, one line each."""
    lines = [
        translate(
            "survival.fig.outcome",
            lang,
            symbol=SYMBOLS[cell.outcome],
            outcome=translate(f"survival.outcome.{cell.outcome}", lang),
            agree=cell.agree,
            done=cell.done,
        ),
        translate("survival.fig.accuracy", lang, value=f"{100 * cell.accuracy:.1f}"),
        translate("survival.fig.losses", lang, train=_loss(cell.loss), test=_loss(cell.test_loss)),
    ]
    if not math.isnan(cell.idle):
        lines.append(translate("survival.fig.idle", lang, value=f"{100 * cell.idle:.0f}"))
    if cell.diverged:
        lines.append(translate("survival.fig.diverged", lang, steps=", ".join(map(str, cell.diverged))))
    if cell.done < seeds:
        lines.append(translate("survival.fig.pending", lang, n=seeds - cell.done))
    return lines


def _loss(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3g}"
