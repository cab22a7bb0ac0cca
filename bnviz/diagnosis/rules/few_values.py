"""few-values: means over too few values in training mode."""

from __future__ import annotations

from collections.abc import Iterator

from bnviz.diagnosis.finding import Finding, Severity
from bnviz.diagnosis.measure import Measurements
from bnviz.diagnosis.rules.common import of_layers

FEW = 8
"""Values per mean below which its error is above a third of a standard deviation: 1/sqrt(8) = 0.35."""


def few_values(found: Measurements) -> Iterator[Finding]:
    """Layers whose batches hold few values per channel in training mode.

    Whether the loader's batches are those of training cannot be known: without an optimizer and for a model that
    came in evaluation mode this is a note.
    """
    modes = found.subject.training_in("training")
    usual: dict[str, int] = {}
    smallest: dict[str, int] = {}
    for fact in found.in_order:
        calls = found.training.seen.of(fact.name)
        if fact.layer.kind != "batch" or not modes[fact.name] or not calls:
            continue
        counts = sorted(call.m for call in calls)
        last = found.remainder
        size = found.subject.batches[0].size
        least = counts[0] if last is None else min(counts[0], max(1, calls[0].m * last // max(1, size)))
        if counts[len(counts) // 2] < FEW or least < 2:
            usual[fact.name], smallest[fact.name] = counts[len(counts) // 2], least
    if not usual:
        return
    of = sum(fact.layer.kind == "batch" for fact in found.in_order)
    severity: Severity = "note"
    if found.is_trained_here:
        severity = "error" if min(smallest.values()) < 2 else "warning"
    evidence: dict[str, float | int | str] = {"m": min(usual.values()), "smallest": min(smallest.values())}
    yield of_layers("few-values", severity, list(usual), of, evidence)
