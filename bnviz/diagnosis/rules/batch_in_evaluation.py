"""no-statistics, tracking-instance, order-dependent: what evaluation takes from the batch, or should not take."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor

from bnviz.diagnosis.companions import companions
from bnviz.diagnosis.finding import Finding
from bnviz.diagnosis.measure import Layers, Measurements, severity_of
from bnviz.diagnosis.rules.common import at_start, of_layers

CHANGED = 1e-3
"""Relative change of an output by other companions from which it depends on them; rounding gives about 1e-6."""


def no_statistics(found: Measurements) -> Iterator[Finding]:
    """Batch normalization without running statistics."""
    names = [
        fact.name
        for fact in found.in_order
        if fact.layer.kind == "batch" and fact.mean is None and fact.fresh is not None
    ]
    if not names:
        return
    effect, gain = found.try_cure("reestimated", lambda layers: _give_statistics(found, layers, names))
    told = companions(found)
    of = sum(fact.layer.kind == "batch" for fact in found.in_order)
    evidence: dict[str, float | int | str] = {"change": told.change}
    yield of_layers("no-statistics", severity_of(gain, "warning"), names, of, evidence, effect)


def _give_statistics(found: Measurements, layers: Layers, names: list[str]) -> None:
    for name in names:
        pooled, module = found.facts[name].pooled, layers[name].module
        like = next((each for each in found.subject.net.parameters() if each.is_floating_point()), None)
        if pooled is not None:
            for buffer, values in (("running_mean", pooled.mean), ("running_var", pooled.var)):
                module._buffers[buffer] = values.float() if like is None else values.to(like)


def tracking_instance(found: Measurements) -> Iterator[Finding]:
    """Instance normalization that keeps running statistics."""
    instance = [fact for fact in found.in_order if fact.layer.kind == "instance"]
    names = [fact.name for fact in instance if fact.mean is not None]
    if not names:
        return
    effect, gain = found.try_cure("sample", lambda layers: _use_samples(layers, names))
    if all(at_start(found.facts[name]) for name in names):
        gain = 0.0  # not trained yet: the flag is the finding
    yield of_layers("tracking-instance", severity_of(gain, "warning"), names, len(instance), {}, effect)


def _use_samples(layers: Layers, names: list[str]) -> None:
    for name in names:
        vars(layers[name].module)["track_running_stats"] = False


def order_dependent(found: Measurements) -> Iterator[Finding]:
    """Outputs that depend on the batch in a place that no layer known to use the batch explains."""
    told = companions(found)
    if told.change <= CHANGED or told.random:
        return
    known = {fact.name for fact in found.in_order if fact.evaluated_with_batch and fact.layer.kind == "batch"}
    if any(told.culprit == name or told.culprit.startswith(f"{name}.") for name in known if name) or told.mixes:
        return
    aligned = all(
        isinstance(batch.target, Tensor) and batch.target.dim() > 0 and batch.target.shape[0] == batch.size
        for batch in found.subject.batches
    )
    # Without targets the first axis may be time, along which samples depend on each other rightly.
    yield Finding(
        "order-dependent", "warning" if aligned else "note", told.culprit, (), {"change": told.change, "n": 1, "of": 1}
    )
