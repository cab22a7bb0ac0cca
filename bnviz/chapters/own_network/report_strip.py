"""A report, read from an unknown source, and its strip: each layer with its findings."""

from __future__ import annotations

import json
import math

from bnviz.chapters.own_network.results import Cell, Channel, Row, by_layer, worst_findings, worst_first
from bnviz.config import InputError
from bnviz.diagnosis.diagnosis import Diagnosis, LayerHealth

MAX_REPORT_BYTES = 16 * 2**20


def read_report(name: str, content: bytes) -> Diagnosis:
    """Read a report that ``Diagnosis.save("report.json")`` wrote, or that the command line printed.

    Args:
        name: name of the file in error messages.
        content: its bytes.

    Raises:
        InputError: the file is too large, no JSON, or bnviz would not write a part of it.
    """
    if len(content) > MAX_REPORT_BYTES:
        limit = MAX_REPORT_BYTES // 2**20
        raise InputError(f"{name}: found {len(content) / 2**20:.0f} MB, expected a report of at most {limit} MB")
    try:
        plain = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: this is no JSON, expected a report that bnviz.diagnose saved") from error
    try:
        return Diagnosis.from_dict(plain)
    except InputError as error:
        raise InputError(f"{name}{str(error).removeprefix('diagnosis')}") from error


def report_strip(diagnosis: Diagnosis) -> tuple[Row, ...]:
    """Return one row per layer, those with findings first."""
    found = by_layer(diagnosis.findings)
    rows = [_row(layer, found.get(layer.name, ())) for layer in diagnosis.layers]
    return worst_first(rows, worst_findings(diagnosis.findings))


def _row(layer: LayerHealth, findings: tuple[int, ...]) -> Row:
    facts = [("uses", "batch" if layer.uses_batch else "running")]
    if layer.calls:
        facts.append(("calls", f"{layer.calls:g}"))
    if layer.n_not_finite:
        facts.append(("not_finite", str(layer.n_not_finite)))
    whole = Cell(_ends(layer.z), _ends(layer.ratio), layer.n_not_finite)
    pairs = zip(layer.z, layer.ratio, strict=False)  # a foreign report may have fewer of one
    cells = tuple(Cell((z, z), (ratio, ratio)) for z, ratio in pairs)
    worst = tuple(Channel(number) for number in layer.worst)
    shown = (whole,) if layer.n_not_finite or not cells else cells
    return Row(layer.name, layer.kind, layer.channels, whole, shown, worst, tuple(facts), findings)


def _ends(quantiles: tuple[float, ...]) -> tuple[float, float]:
    return (quantiles[0], quantiles[-1]) if quantiles else (math.nan, math.nan)
