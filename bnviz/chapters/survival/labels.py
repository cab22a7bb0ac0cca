"""What the survival map calls its arms, axes, outcomes and cells."""

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
"""Told apart by color-blind readers, on light and on dark paper (a test simulates them)."""


SYMBOLS = {"converged": "●", "slow": "◐", "stalled": "○", "saturated": "▣", "diverged": "✕"}
"""Told apart without any color."""


def arm_names(found: SurvivalMap, lang: str) -> tuple[str, ...]:
    """Name the arms as everywhere else."""
    return arm_labels(Experiment(RunConfig(), found.arms), lang)


def axis_label(field: str, lang: str) -> str:
    """Name the field of an axis."""
    return translate(f"survival.axis.{field}", lang)


def tick(value: Value) -> str:
    """Write a value beside an axis."""
    return f"{value:.2g}" if isinstance(value, float) else str(value)


def cell_facts(place: CellSummary, seeds: int, lang: str) -> list[str]:
    """Write what is known of a place, fact by fact."""
    lines = [
        translate(
            "survival.fig.outcome",
            lang,
            symbol=SYMBOLS[place.outcome],
            outcome=translate(f"survival.outcome.{place.outcome}", lang),
            agree=place.agree,
            done=place.done,
        ),
        translate("survival.fig.accuracy", lang, value=f"{100 * place.accuracy:.1f}"),
        translate("survival.fig.losses", lang, train=_loss(place.loss), test=_loss(place.test_loss)),
    ]
    if not math.isnan(place.idle):
        lines.append(translate("survival.fig.idle", lang, value=f"{100 * place.idle:.0f}"))
    if place.diverged:
        lines.append(translate("survival.fig.diverged", lang, steps=", ".join(map(str, place.diverged))))
    if place.done < seeds:
        lines.append(translate("survival.fig.pending", lang, n=seeds - place.done))
    return lines


def _loss(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3g}"
