"""momentum-convention, useless-bias, decayed-gamma, accumulated-batches: told from flags, data flow and counters."""

from __future__ import annotations

from collections.abc import Iterator

from bnviz.diagnosis.finding import Finding
from bnviz.diagnosis.measure import Measurements, severity_of
from bnviz.diagnosis.rules.common import calls_per_batch, of_layers, optimizer_steps
from bnviz.diagnosis.rules.modes import FEWEST_STEPS

OTHER_CONVENTION = 0.9
"""Momentum from which it looks like the weight of the old average: 0.9, 0.99, 0.997 and 0.999 are usual there."""
SHRUNK_GAMMA = 0.05
"""Median |gamma| below which weight decay on it is called a warning; healthy nets of the tests stay above 0.5."""
LARGEST_RATIO = 64
FEW = 32
"""Values per mean below which several forward passes per update are a warning."""


def momentum_convention(found: Measurements) -> Iterator[Finding]:
    """Layers whose momentum makes the running average the statistics of the last batch."""
    batch = [fact for fact in found.in_order if fact.layer.kind == "batch" and fact.mean is not None]
    suspect = [fact for fact in batch if fact.momentum is not None and fact.momentum >= OTHER_CONVENTION]
    if not suspect:
        return
    names = [fact.name for fact in suspect]
    effect, gain = found.reestimated(names)
    if gain >= 1:
        found.explained.update(names)
    momentum = suspect[0].momentum or 0.0
    evidence: dict[str, float | int | str] = {"momentum": f"{momentum:g}", "percent": f"{100 * momentum:g}"}
    yield of_layers("momentum-convention", severity_of(gain, "warning"), names, len(batch), evidence, effect)


def useless_bias(found: Measurements) -> Iterator[Finding]:
    """Layers right after a linear map or convolution whose bias the mean takes out again."""
    batch = [fact for fact in found.in_order if fact.layer.kind in ("batch", "instance")]
    names = [fact.name for fact in batch if found.flow is not None and fact.name in found.flow.biased]
    if names and found.flow is not None:
        biases = {"biases": ", ".join(found.flow.biased[name] for name in names[:8])}
        yield of_layers("useless-bias", "note", names, len(batch), {**biases})


def decayed_gamma(found: Measurements) -> Iterator[Finding]:
    """Norm layers whose gamma or beta is in a group of the optimizer with weight decay."""
    if found.optimizer is None:
        return
    decay = {
        id(parameter): float(group.get("weight_decay", 0) or 0)
        for group in found.optimizer.param_groups
        for parameter in group["params"]
    }
    decayed: dict[str, float] = {}
    for name, layer in found.original.items():
        own = [decay.get(id(parameter), 0.0) for parameter in layer.module.parameters(recurse=False)]
        if own and max(own) > 0:
            decayed[name] = max(own)
    if not decayed:
        return
    gammas = [
        fact.gamma.abs().median() for name in decayed if (fact := found.facts.get(name)) and fact.gamma is not None
    ]
    median = float(sorted(gammas)[len(gammas) // 2]) if gammas else 1.0
    evidence: dict[str, float | int | str] = {"decay": f"{max(decayed.values()):g}", "gamma": median}
    severity = severity_of(0.0, "warning" if 0 < median < SHRUNK_GAMMA else "note")
    yield of_layers("decayed-gamma", severity, list(decayed), len(found.original), evidence)


def accumulated_batches(found: Measurements) -> Iterator[Finding]:
    """Layers that counted several batches per update of the optimizer, in whole multiples."""
    steps = optimizer_steps(found)
    if steps < FEWEST_STEPS:
        return
    ratios: dict[str, float] = {}
    for fact in found.in_order:
        if fact.layer.kind == "batch" and fact.tracked:
            ratio = fact.tracked / steps / max(1.0, calls_per_batch(found, fact.name))
            if 1.9 < ratio < LARGEST_RATIO and abs(ratio - round(ratio)) < 0.05 * ratio:
                ratios[fact.name] = ratio
    if not ratios:
        return
    smallest = min((_values(found, name) for name in ratios), default=0)
    ratio = sorted(ratios.values())[len(ratios) // 2]
    of = sum(fact.layer.kind == "batch" for fact in found.in_order)
    evidence: dict[str, float | int | str] = {"ratio": round(ratio), "m": smallest}
    yield of_layers("accumulated-batches", "warning" if smallest < FEW else "note", list(ratios), of, evidence)


def _values(found: Measurements, name: str) -> int:
    calls = found.batch.seen.of(name) or found.evaluation.seen.of(name)
    return min((call.m for call in calls), default=0)
