"""A checkpoint, read from an unknown source, and its strip: each layer by what its buffers say."""

from __future__ import annotations

import math

from bnviz.chapters.own_network.results import Cell, Row, by_layer, worst_findings, worst_first
from bnviz.config import InputError
from bnviz.diagnosis.inspection import InspectedLayer, Inspection, inspect_checkpoint

MAX_CHECKPOINT_MB = 300
"""Largest upload: the server holds it in memory while it is read."""


def read_checkpoint_upload(name: str, content: bytes) -> Inspection:
    """Read an uploaded state dict; nothing in it is executed.

    Args:
        name: name of the file in error messages.
        content: its bytes.

    Raises:
        InputError: the file is too large, damaged, or holds more than tensors.
    """
    try:
        return inspect_checkpoint(content, largest=MAX_CHECKPOINT_MB * 2**20)
    except InputError as error:
        raise InputError(f"{name}{str(error).removeprefix('the file')}") from error


def checkpoint_strip(inspection: Inspection) -> tuple[Row, ...]:
    """Return one row per layer, those with findings first."""
    found = by_layer(inspection.findings)
    rows = [_row(layer, found.get(layer.name, ())) for layer in inspection.layers]
    return worst_first(rows, worst_findings(inspection.findings))


def _row(layer: InspectedLayer, findings: tuple[int, ...]) -> Row:
    facts = [("keeps", "yes" if layer.keeps else "no")]
    if layer.tracked is not None:
        facts.append(("tracked", f"{layer.tracked:,}"))
    if layer.n_not_finite:
        facts.append(("not_finite", str(layer.n_not_finite)))
    if not math.isnan(layer.mean):
        facts.append(("running_mean", f"{layer.mean:.3g}"))
    if layer.variance:
        facts.append(("running_var", " … ".join(f"{value:.3g}" for value in layer.variance)))
    if not math.isnan(layer.gamma):
        facts.append(("gamma", f"{layer.gamma:.3g}"))
    whole = Cell(not_finite=layer.n_not_finite)
    kind = "batch" if layer.keeps else "other"
    return Row(layer.name, kind, layer.channels, whole, (), (), tuple(facts), findings)
