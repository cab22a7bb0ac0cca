"""Layers, moments and findings as words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bnviz.chapters.own_network.results import NOT_FINITE, UNKNOWN, Cell, Row, RowText, StripText
from bnviz.diagnosis.diagnosis import Diagnosis
from bnviz.diagnosis.finding import Finding, written
from bnviz.ui.text import has, language, t

_KEY = "own_network"
_LEVELS = (0, 1, 2, 3, 4, NOT_FINITE, UNKNOWN)


def strip_text(rows: Sequence[Row]) -> StripText:
    """Return the words around a strip."""
    steps = [cell.step for row in rows[:1] for cell in row.cells if cell.step is not None]
    has_cells = any(row.cells for row in rows)
    return StripText(
        label=t(f"{_KEY}.strip.label"),
        legend=tuple((level, t(f"{_KEY}.strip.level.{_level(level)}")) for level in _LEVELS) if has_cells else (),
        z_line=t(f"{_KEY}.strip.z"),
        ratio_line=t(f"{_KEY}.strip.ratio"),
        channel_head=(t(f"{_KEY}.strip.channel"), t(f"{_KEY}.strip.z_short"), t(f"{_KEY}.strip.ratio_short")),
        first=t(f"{_KEY}.strip.step", step=f"{steps[0]:,}") if len(steps) > 1 else "",
        last=t(f"{_KEY}.strip.step", step=f"{steps[-1]:,}") if len(steps) > 1 else "",
    )


def row_text(row: Row, findings: Sequence[Finding] = ()) -> RowText:
    """Return the words of a row."""
    kind = t(f"{_KEY}.kind.{row.kind}") if has(f"{_KEY}.kind.{row.kind}") else row.kind
    marks = [(findings[index].severity, findings[index].worded("name", language())) for index in row.findings]
    facts = [(t(f"{_KEY}.fact.{name}"), _value(name, value)) for name, value in row.facts]
    measured = [each for each in row.worst if not (math.isnan(each.z) and math.isnan(each.ratio))]
    if row.worst and not measured:
        facts.append((t(f"{_KEY}.fact.worst"), ", ".join(str(each.number) for each in row.worst[:12])))
    return RowText(
        kind=t(f"{_KEY}.strip.kind", kind=kind, channels=f"{row.channels:,}" if row.channels else "?"),
        now=cell_text(row.whole) if row.cells else _stored(row),
        titles=tuple(_title(cell) for cell in row.cells),
        facts=tuple(facts),
        channels=tuple((str(each.number), _number(each.z), _ratio(each.ratio)) for each in measured),
        marks=tuple(marks),
    )


def cell_text(cell: Cell) -> str:
    """Return z and the ratio of the variances at one moment, or why there are none."""
    if cell.not_finite:
        return t(f"{_KEY}.strip.not_finite", n=cell.not_finite)
    if cell.level == UNKNOWN:
        return t(f"{_KEY}.strip.unknown")
    (z_low, z_high), (low, high) = cell.z, cell.ratio
    return t(f"{_KEY}.strip.now", z_low=_number(z_low), z_high=_number(z_high), low=_ratio(low), high=_ratio(high))


def _stored(row: Row) -> str:
    """Return what a row says whose layer was not run: its running variances."""
    if row.whole.not_finite:
        return cell_text(row.whole)
    spread = dict(row.facts).get("running_var")
    return t(f"{_KEY}.strip.unknown") if spread is None else t(f"{_KEY}.strip.stored", spread=spread)


def finding_lines(finding: Finding) -> list[tuple[str, str]]:
    """Return why and cure of a finding, and its channels, each with its head."""
    lines = [(t(f"{_KEY}.card.{part}"), finding.worded(part, language())) for part in ("why", "cure")]
    if finding.channels:
        few = ", ".join(map(str, finding.channels[:16])) + (" ..." if len(finding.channels) > 16 else "")
        lines.insert(0, (t(f"{_KEY}.card.channels", n=len(finding.channels)), few))
    return lines


def metric_numbers(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    """Return (label, value) of the metric in evaluation mode, in training mode and with statistics measured again."""
    return [
        (t(f"{_KEY}.metric.{name}"), written(getattr(diagnosis, name)))
        for name in ("evaluation", "training", "reestimated")
        if not math.isnan(getattr(diagnosis, name))
    ]


def metric_name(diagnosis: Diagnosis) -> str:
    """Return the metric's name in the reader's language, or the user's own name for it."""
    key = f"diagnosis.metrics.{diagnosis.metric}"
    return t(key) if has(key) else diagnosis.metric


def _title(cell: Cell) -> str:
    now = cell_text(cell)
    return now if cell.step is None else t(f"{_KEY}.strip.at", step=f"{cell.step:,}", now=now)


def _level(level: int) -> str:
    return {UNKNOWN: "unknown", NOT_FINITE: "not_finite"}.get(level, str(level))


def _value(name: str, value: str) -> str:
    key = f"{_KEY}.fact_value.{name}.{value}"
    return t(key) if has(key) else value


def _number(value: float) -> str:
    """Return a number with three digits and a real minus sign."""
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.3g}".replace("-", "−")


def _ratio(value: float) -> str:
    return "-" if math.isnan(value) else f"×{_number(value)}"
