"""The strip of all normalization layers, as values: one row per layer, the worst first."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from bnviz.diagnosis.finding import Finding, Severity

Z_LEVELS = (0.5, 1.0, 2.0, 4.0)
"""Where |z| passes to the next level of color."""

RATIO_LEVELS = (1.5, 2.0, 4.0, 10.0)
"""Where the ratio of the variances, or its inverse, passes to the next level of color."""

UNKNOWN, NOT_FINITE = -1, 5
"""Levels beside 0 to 4: nothing can be compared, and a channel that is NaN or infinite."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How well the running statistics of a layer fit its inputs at one moment.

    Attributes:
        z: (low, high) of z = (batch mean - running mean) / sqrt(running variance + eps) over channels.
        ratio: (low, high) of batch variance / running variance over channels.
        not_finite: number of channels that are NaN or infinite.
        step: of the training; None for a model at rest.
    """

    z: tuple[float, float] = (math.nan, math.nan)
    ratio: tuple[float, float] = (math.nan, math.nan)
    not_finite: int = 0
    step: int | None = None

    @property
    def z_level(self) -> int:
        """Level of color of z, 0 to 4, or UNKNOWN."""
        return _level(max(map(abs, self.z)), Z_LEVELS)

    @property
    def ratio_level(self) -> int:
        """Level of color of the ratio, 0 to 4, or UNKNOWN."""
        return _level(_factor(self.ratio), RATIO_LEVELS)

    @property
    def level(self) -> int:
        """The worse of both, or NOT_FINITE."""
        return NOT_FINITE if self.not_finite else max(self.z_level, self.ratio_level)

    @property
    def misfit(self) -> float:
        """A number by which layers are put in order; 0 where nothing can be compared."""
        parts = [max(map(abs, self.z)), math.log(_factor(self.ratio)) if _factor(self.ratio) > 0 else math.nan]
        known = [part for part in parts if not math.isnan(part)]
        return max(known, default=0.0)


@dataclass(frozen=True, slots=True)
class Channel:
    """One of the channels that fit worst; what is not known of it is NaN."""

    number: int
    z: float = math.nan
    ratio: float = math.nan


@dataclass(frozen=True, slots=True)
class Row:
    """One layer.

    Attributes:
        name: its path in the model.
        kind: batch, frozen, instance, layer, rms or group.
        channels: number of channels; 0 where it is unknown.
        whole: the newest moment, over all channels; it decides the order of the rows.
        cells: the moments that are shown, in order; of a model at rest, quantiles over its channels.
        worst: the channels that fit worst, the worst first.
        facts: what else is known, (key of its words, its value as text).
        findings: indices of the findings about the layer.
    """

    name: str
    kind: str
    channels: int
    whole: Cell
    cells: tuple[Cell, ...]
    worst: tuple[Channel, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    findings: tuple[int, ...] = ()


def worst_first(rows: list[Row], order: Sequence[int] = ()) -> tuple[Row, ...]:
    """Return the rows in the order of the strip: findings, channels that are not finite, then misfit.

    Args:
        rows: the layers.
        order: indices of all findings, the worst first.
    """
    place = {index: at for at, index in enumerate(order)}
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                not row.findings,
                min((place.get(index, len(place)) for index in row.findings), default=0),
                -row.whole.not_finite,
                -row.whole.level,
                -row.whole.misfit,
            ),
        )
    )


def worst_findings(findings: Sequence[Finding]) -> tuple[int, ...]:
    """Return the indices of the findings: errors, warnings, notes, each in the order of the report."""
    severities: tuple[str, ...] = get_args(Severity)
    return tuple(sorted(range(len(findings)), key=lambda index: -severities.index(findings[index].severity)))


def by_layer(findings: Sequence[Finding]) -> dict[str, tuple[int, ...]]:
    """Return the indices of the findings about each layer, the worst first."""
    indices: dict[str, tuple[int, ...]] = {}
    for index in worst_findings(findings):
        layer = findings[index].layer
        indices[layer] = (*indices.get(layer, ()), index)
    return indices


def _factor(ratio: tuple[float, float]) -> float:
    low, high = ratio
    if math.isnan(low) or math.isnan(high):
        return math.nan
    return max(high, 1 / low if low > 0 else math.inf)


def _level(value: float, bounds: tuple[float, ...]) -> int:
    return UNKNOWN if math.isnan(value) else bisect_right(bounds, value)


@dataclass(frozen=True, slots=True)
class RowText:
    """The words of a row.

    Attributes:
        kind: what the layer normalizes over, and its channels.
        now: z and ratio of the newest moment.
        titles: of each cell, shown under the pointer.
        facts: (what, value) below the opened row.
        channels: (number, z, ratio) of the worst channels, written out.
        marks: short marks beside the name: (level of severity, words).
    """

    kind: str
    now: str
    titles: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    channels: tuple[tuple[str, str, str], ...]
    marks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StripText:
    """The words of a strip beside its rows: its label, the legend's, and the heads of an opened row."""

    label: str
    legend: tuple[tuple[int, str], ...]
    z_line: str
    ratio_line: str
    channel_head: tuple[str, str, str]
    first: str = ""
    last: str = ""
