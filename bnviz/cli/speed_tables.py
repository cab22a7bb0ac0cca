"""The tables of docs/speed.md and of the README, from the file of measurements."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence

from bnviz.bench.speed_file import Measurement, SpeedFile, SpeedRow
from bnviz.cli.speed_groups import Group, chosen, groups_of

HEAD = "| what | compared with | limit | measured | budget | |\n|---|---|---|---|---|---|"
_ANCHOR_UNITS = {"bare_steps_per_s": "steps/s", "bare_ms": "ms", "alone_s": "s", "plain_s": "s", "empty_app_s": "s"}
"""What a detail of a figure is in, where it measures what the figure is compared with."""


def tables(found: SpeedFile) -> Iterator[str]:
    """Yield the section of every measurement that the file has."""
    for name, group in groups_of(found.measurements):
        yield f"\n### {group.title}\n\n{group.text}\n\n{HEAD}"
        yield from (_line(each) for each in _cells(group, found.measurements[name]))
    yield ""


def readme_table(found: SpeedFile) -> Iterator[str]:
    """Yield the short table."""
    yield "| what | measured | limit | budget | |\n|---|---|---|---|---|"
    for name, group in groups_of(found.measurements):
        if group.in_readme:
            for what, _, limit, value, budget, met in _cells(group, found.measurements[name]):
                yield _line((what, value, limit, budget, met))


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _cells(group: Group, measurement: Measurement) -> Iterator[tuple[str, ...]]:
    """Yield the cells of every line: what, compared with, limit, measured, budget, whether it is met."""
    lines: dict[tuple[str, str | None], list[SpeedRow]] = {}
    for row in measurement.rows:
        if row.budget != ">= 0":  # what has no budget on a page, but on others
            lines.setdefault((_name(group, row), row.budget), []).append(row)
    for (what, _), rows in lines.items():
        count = sum(row.value is not None for row in rows)
        name = f"{what} ({count})" if count > 1 else rows[0].what if count else what
        yield name, _anchor(group, rows), _limit(group, rows), _value(rows), _budget(rows[0]), _met(rows)


def _name(group: Group, row: SpeedRow) -> str:
    """Return the line that a figure is in: "first picture" of "lab: first picture"."""
    if group.together != "kind":
        return group.together or row.what
    before, _, after = row.what.partition(": ")
    return after or before


def _budget(row: SpeedRow) -> str:
    if row.budget is None:
        return "–"
    sign, number = row.budget.split()
    return f"at {'least' if sign == '>=' else 'most'} {number}{_unit(row)}"


def _unit(row: SpeedRow) -> str:
    return "" if row.unit in ("ratio", "", "x", "share") else f" {row.unit.replace('1/s', 'per s')}"


def _anchor(group: Group, rows: Sequence[SpeedRow]) -> str:
    words = chosen(group.anchors, rows[0].what)
    if len(rows) > 1:
        return words
    for name, unit in _ANCHOR_UNITS.items():
        if (number := rows[0].detail.get(name)) is not None:
            value = statistics.median(number) if isinstance(number, list) else number
            return f"{words}, {_number(value)} {unit}"
    return words


def _limit(group: Group, rows: Sequence[SpeedRow]) -> str:
    words = chosen(group.limits, rows[0].what)
    limits = [row.detail["limit"] for row in rows if "limit" in row.detail]
    if not limits:
        return words
    shares = [100 * row.detail["share_of_limit"] for row in rows if "share_of_limit" in row.detail]
    reached = f"; reached: {_span(shares)} %" if shares else ""
    return (_span(limits) if words == "–" else f"{_span(limits)}: {words}") + reached


def _value(rows: Sequence[SpeedRow]) -> str:
    values = [row.value for row in rows if row.value is not None]
    if not values:
        return f"not measured: {_reason(rows[0])}"
    processor = rows[0].detail.get("by_processor_time")
    return _span(values) + _unit(rows[0]) + (f"; {_number(processor)} by processor time" if processor else "")


def _reason(row: SpeedRow) -> str:
    if package := row.detail.get("missing"):
        return f"{package} is not installed"
    return str(row.detail.get("skipped", "no finite number"))


def _met(rows: Sequence[SpeedRow]) -> str:
    judged = [row for row in rows if row.met is not None]
    missed = [row for row in judged if not row.met]
    if not judged:
        return "–"
    if not missed:
        return "met"
    if len(judged) == 1:
        return "**missed**"
    names = ", ".join(row.what.partition(": ")[0] for row in missed)
    return f"**missed** by {len(missed)} of {len(judged)}: {names}"


def _span(values: Sequence[float]) -> str:
    low, high = _number(min(values)), _number(max(values))
    return low if low == high else f"{low} to {high}"


def _number(value: float) -> str:
    """Write a number with three digits, and all digits before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
