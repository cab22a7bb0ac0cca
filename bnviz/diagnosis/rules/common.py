"""What several rules need: naming one layer or many, and telling what a fresh layer looks like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch

from bnviz.diagnosis.finding import Code, Effect, Finding, Severity
from bnviz.diagnosis.measure import LayerFacts, Measurements

Evidence = dict[str, float | int | str]
MOST_NAMES = 8


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
