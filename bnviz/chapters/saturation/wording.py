"""Numbers of the page on saturation as people read them; nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from bnviz.chapters.saturation.depth import YANG_FACTOR
from bnviz.chapters.saturation.depth_figure import NAMES
from bnviz.chapters.saturation.figures import PARTS
from bnviz.chapters.saturation.results import DepthResult, Flow, LayerRun
from bnviz.telemetry.normal import Share
from bnviz.text.numbers import fine_percent
from bnviz.ui.text import t

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

YANG = f"{YANG_FACTOR:.3f}"


def held(share: Share, curve: str) -> tuple[str, str]:
    """Return the label and the text of what holds a gradient back: saturation, or a ReLU's zeros."""
    if curve == "relu":
        return t("saturation.unit.zero"), fine_percent(share.zero)
    return t("saturation.unit.share"), fine_percent(share.saturated)


def slope(share: Share) -> str:
    """Write a mean derivative."""
    return f"{share.derivative:.4f}"


def flow_alt(flow: Flow, after: bool) -> str:
    """Return the words of the figure of one unit; what is not shown yet is not told."""
    if not after:
        return t("saturation.alt.before", before=slope(flow.before.exact))
    return t("saturation.alt.flow", before=slope(flow.before.exact), after=slope(flow.after.exact))


def times(ratio: float) -> str:
    """Write a factor with three figures."""
    return f"{ratio:.3g}" if np.isfinite(ratio) else "∞"


def gain(flow: Flow) -> str:
    """Return the sentence on how much larger the mean derivative is with BN."""
    return t("saturation.unit.gain", exact=times(flow.gain), sampled=times(flow.sampled_gain))


def formula(flow: Flow) -> str:
    """Return the formula of the mean derivative with its two values."""
    return t("saturation.unit.formula", before=slope(flow.before.exact), after=slope(flow.after.exact))


def run_end(run: LayerRun) -> str:
    """Return the sentence on how the twins end."""
    none, batch = (
        fine_percent(value) if np.isfinite(value) else t("saturation.layers.diverged") for value in run.accuracy
    )
    return t("saturation.layers.end", steps=int(run.steps[-1]), none=none, batch=batch)


def gamma_note(run: LayerRun) -> str:
    """Return the sentence on where gamma and the shares of the net with BN went."""
    start, end = (", ".join(map(fine_percent, run.saturated[1, moment])) for moment in (0, -1))
    median = ", ".join(f"{value:.2f}" for value in run.gamma[-1, :, 1])
    return t("saturation.gamma.note", start=start, end=end, steps=int(run.steps[-1]), gamma=median)


def layers_alt(run: LayerRun, part: str) -> str:
    """Return the words of the figure per layer."""
    none, batch = (_numbers(PARTS[part][0] * getattr(run, part)[arm, -1]) for arm in range(2))
    name = t(f"saturation.fig.{part}")
    return t("saturation.alt.layers", part=name, steps=int(run.steps[-1]), none=none, batch=batch)


def depth_factors(result: DepthResult) -> dict[str, str]:
    """Return the factor per layer of each variant, by its name."""
    return {name: f"{factor:.3f}" for name, factor in zip(NAMES, result.factor, strict=True)}


def depth_ratios(result: DepthResult) -> dict[str, str]:
    """Return the whole ratio of the deepest net for each variant, by its name."""
    return {name: plain(ratio) for name, ratio in zip(NAMES, result.ratio[:, -1], strict=True)}


def plain(value: float) -> str:
    """Write a number with two figures, a very large or small one with a power of ten."""
    if 1e-3 < value < 1e4:
        return f"{value:.2g}" if value < 100 else f"{value:,.0f}"
    figures, power = f"{value:.1e}".split("e")
    return f"{figures} × 10{str(int(power)).translate(_RAISED)}"


def _numbers(values: Iterable[float]) -> str:
    return ", ".join(f"{value:.3g}" for value in values)
