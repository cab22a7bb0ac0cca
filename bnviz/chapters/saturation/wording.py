"""Sentences and numbers of the chapter on saturation."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bnviz.chapters.saturation.depth import YANG_FACTOR
from bnviz.chapters.saturation.results import VARIANT_NAMES, BatchNormEffect, DepthResult, LayerRun, scaled_stat
from bnviz.telemetry.normal import SaturationStats
from bnviz.text.numbers import factor, fine_percent, rounded_number
from bnviz.ui.text import t

YANG = f"{YANG_FACTOR:.3f}"
"""The reported growth of the gradient per layer, formatted."""


def inactive(stats: SaturationStats, curve: str) -> tuple[str, str]:
    """Return the label and the share of inputs that pass hardly any gradient: saturated, or a ReLU's zeros."""
    if curve == "relu":
        return t("saturation.unit.zero"), fine_percent(stats.zero_fraction)
    return t("saturation.unit.share"), fine_percent(stats.saturated_fraction)


def slope(stats: SaturationStats) -> str:
    """Write a mean derivative."""
    return f"{stats.derivative:.4f}"


def effect_alt(effect: BatchNormEffect, after: bool) -> str:
    """Return the alt text of the figure of one unit; it is silent about what is not shown yet."""
    if not after:
        return t("saturation.alt.before", before=slope(effect.before.exact))
    return t("saturation.alt.flow", before=slope(effect.before.exact), after=slope(effect.after.exact))


def gain(effect: BatchNormEffect) -> str:
    """Return the sentence on how much larger the mean derivative is with BN."""
    return t("saturation.unit.gain", exact=factor(effect.gain), sampled=factor(effect.sampled_gain))


def formula(effect: BatchNormEffect) -> str:
    """Return the formula of the mean derivative with its two values."""
    return t("saturation.unit.formula", before=slope(effect.before.exact), after=slope(effect.after.exact))


def run_end(run: LayerRun) -> str:
    """Return the sentence on how the twins end."""
    none, batch = (
        fine_percent(value) if np.isfinite(value) else t("saturation.layers.diverged") for value in run.accuracy
    )
    return t("saturation.layers.end", steps=int(run.steps[-1]), none=none, batch=batch)


def gamma_note(run: LayerRun) -> str:
    """Return the sentence on how gamma and the shares changed in the net with BN."""
    start, end = (", ".join(map(fine_percent, run.saturated_fraction[1, moment])) for moment in (0, -1))
    median = ", ".join(f"{value:.2f}" for value in run.gamma[-1, :, 1])
    return t("saturation.gamma.note", start=start, end=end, steps=int(run.steps[-1]), gamma=median)


def layers_alt(run: LayerRun, stat: str) -> str:
    """Return the alt text of the figure per layer."""
    none, batch = (_numbers(scaled_stat(run, stat)[arm, -1]) for arm in range(2))
    name = t(f"saturation.fig.{stat}")
    return t("saturation.alt.layers", part=name, steps=int(run.steps[-1]), none=none, batch=batch)


def depth_factors(result: DepthResult) -> dict[str, str]:
    """Return the growth of the gradient per layer for each variant, by its name."""
    return {name: f"{growth:.3f}" for name, growth in zip(VARIANT_NAMES, result.factor, strict=True)}


def depth_ratios(result: DepthResult) -> dict[str, str]:
    """Return the growth through the whole deepest net for each variant, by its name."""
    return {name: rounded_number(ratio) for name, ratio in zip(VARIANT_NAMES, result.ratio[:, -1], strict=True)}


def depth_note(result: DepthResult, scale: float) -> str:
    """Return what the factors say: of the usual start weights, or of weights ``scale`` times larger."""
    factors = depth_factors(result)
    if scale == 1:
        return t(f"saturation.depth.note_{result.curve}", plain=factors["plain"], measured=factors["bn"], reported=YANG)
    words = t("saturation.depth.note_scaled", scale=f"{scale:g}", plain=factors["plain"], bn=factors["bn"])
    return f"{words} {t('saturation.depth.scaled_sigmoid')}" if result.curve == "sigmoid" else words


def _numbers(values: Iterable[float]) -> str:
    return ", ".join(f"{value:.3g}" for value in values)
