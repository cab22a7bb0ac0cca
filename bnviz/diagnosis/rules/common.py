"""What several rules need: naming one layer or many, and telling what a fresh layer looks like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch

from bnviz.diagnosis.finding import Code, Effect, Finding, Severity
from bnviz.diagnosis.measure import LayerFacts, Measurements

Evidence = dict[str, float | int | str]
MOST_NAMES = 8
USUAL_EPS = 1e-5
"""What torch adds to the variance."""


def of_layers(
    code: Code, severity: Severity, names: Sequence[str], of: int, evidence: Evidence, effect: Effect | None = None
) -> Finding:
    """Return a finding of one layer, or of several: then its layer is "" and the evidence lists the first names."""
    told: Evidence = {"n": len(names), "of": of, **evidence}
    if 1 < len(names) < of:
        told["layers"] = ", ".join(names[:MOST_NAMES]) + (", ..." if len(names) > MOST_NAMES else "")
    return Finding(code, severity, names[0] if len(names) == 1 else "", (), told, effect)


def at_start(fact: LayerFacts) -> bool:
    """Return whether a layer's running mean is still 0 and its running variance still 1 in every channel."""
    return fact.mean is not None and fact.var is not None and bool((fact.mean == 0).all() and (fact.var == 1).all())


def untrained(facts: Iterable[LayerFacts]) -> bool:
    """Return whether gamma and beta of all layers still are what they began with: 1 (or 0) and 0."""
    return all(
        (fact.gamma is None or bool((fact.gamma == 1).all() or (fact.gamma == 0).all()))
        and (fact.beta is None or bool((fact.beta == 0).all()))
        for fact in facts
    )


def optimizer_steps(found: Measurements) -> int:
    """Return how many updates the optimizer has made; 0 where it does not count (plain SGD)."""
    if found.optimizer is None:
        return 0
    steps = [state.get("step", 0) for state in found.optimizer.state.values() if isinstance(state, dict)]
    return max((int(float(step)) for step in steps if isinstance(step, int | float | torch.Tensor)), default=0)


def calls_per_batch(found: Measurements, name: str) -> float:
    """Return how often a layer runs per forward pass."""
    calls = found.batch.seen.of(name) or found.evaluation.seen.of(name)
    return len(calls) / max(1, len({call.batch for call in calls}))


MOST_ALIKE = 4
"""Findings of one kind that are told one by one; more become one."""


def joined(findings: Sequence[Finding], of: int) -> list[Finding]:
    """Return findings where many of one kind are one that lists its layers: same code, severity and effect.

    The channels stay where they are the same in all layers.
    """
    kinds: dict[object, list[Finding]] = {}
    for finding in findings:
        kinds.setdefault((finding.code, finding.severity, finding.effect, bool(finding.layer)), []).append(finding)
    told: list[Finding] = []
    for kind in kinds.values():
        if len(kind) <= MOST_ALIKE or not kind[0].layer:
            told += kind
            continue
        first = kind[0]
        names = [finding.layer for finding in kind]
        channels = first.channels if all(finding.channels == first.channels for finding in kind) else ()
        layers = ", ".join(names[:MOST_NAMES]) + (", ..." if len(names) > MOST_NAMES else "")
        evidence: Evidence = {"n": len(names), "of": max(of, len(names)), "layers": layers, "seen": "several"}
        told.append(Finding(first.code, first.severity, "", channels, evidence, first.effect))
    return told
