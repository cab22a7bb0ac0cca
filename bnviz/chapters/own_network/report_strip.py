"""A report, read from an unknown source, and its strip: each layer with its findings."""

from __future__ import annotations

import json
import math

from bnviz.chapters.own_network.results import Cell, Channel, Row, worst_first
from bnviz.config import InputError
from bnviz.diagnosis.diagnosis import Diagnosis, LayerHealth
from bnviz.diagnosis.finding import Finding

MAX_REPORT_BYTES = 16 * 2**20
_LANGUAGES = ("en", "zh")


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
        found = Diagnosis.from_dict(plain)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
    for finding in found.findings:
        _check_words(name, finding)
    return found


def _check_words(name: str, finding: Finding) -> None:
    """Let a finding say its sentences once: a place that it does not fill would break the page."""
    try:
        for language in _LANGUAGES:
            for part in ("name", "title", "why", "cure"):
                finding.worded(part, language)
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise InputError(
            f"{name}: the finding {finding.code} of {finding.layer[:80]!r} lacks {str(error)[:80]}, "
            "expected a report of this version of bnviz"
        ) from error


def report_strip(diagnosis: Diagnosis) -> tuple[Row, ...]:
    """Return one row per layer, those with findings first."""
    by_layer: dict[str, list[int]] = {}
    for index, finding in enumerate(diagnosis.findings):
        by_layer.setdefault(finding.layer, []).append(index)
    return worst_first([_row(layer, tuple(by_layer.get(layer.name, ()))) for layer in diagnosis.layers])


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
