"""not-finite: NaN or infinity in running statistics or parameters."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch.nn.parameter import is_lazy

from bnviz.diagnosis.channel_statistics import pooled, put_statistics
from bnviz.diagnosis.finding import Finding
from bnviz.diagnosis.measure import LayerFacts, Layers, Measurements

ENOUGH = 0.8
"""Part of the gain of measuring everything again that the faulty channels must bring alone."""


def not_finite(found: Measurements) -> Iterator[Finding]:
    """One finding for each layer, with its channels; the cure measures their statistics again."""
    yield from _other_parameters(found)
    faulty = {fact.name: bad for fact in found.in_order if (bad := bad_channels(fact))}
    if not faulty:
        return
    effect, gain = found.try_cure("mended", lambda layers: _mend(found, layers, faulty))
    again, whole = found.reestimated()
    if gain < ENOUGH * whole and math.isfinite(whole):
        # A batch that overflows in one channel is huge in the others: their statistics are finite, but useless.
        effect = again
        found.explained.update(fact.name for fact in found.keeping)
    for fact in found.in_order:
        if fact.name not in faulty:
            continue
        found.explained.add(fact.name)
        channels = faulty[fact.name]
        evidence: dict[str, float | int | str] = {"n": len(channels), "of": fact.channels}
        yield Finding("not-finite", "error", fact.name, tuple(channels[:4096]), evidence, effect)


def _other_parameters(found: Measurements) -> Iterator[Finding]:
    """Parameters of other layers that are not finite, with the outputs concerned: entries of the first axis."""
    norms = {id(layer.module) for layer in found.subject.layers}
    for name, module in found.subject.net.named_modules():
        for parameter in () if id(module) in norms else module.parameters(recurse=False):
            if is_lazy(parameter) or not parameter.is_floating_point() or bool(torch.isfinite(parameter).all()):
                continue
            rows = ~torch.isfinite(parameter.detach()).reshape(len(parameter) if parameter.dim() else 1, -1).all(1)
            channels = tuple(int(each) for each in rows.nonzero().flatten())
            yield Finding("not-finite", "error", name, channels[:4096], {"n": len(channels), "of": len(rows)})
            break


def bad_channels(fact: LayerFacts) -> list[int]:
    """Return the channels with NaN or infinity in running statistics or parameters."""
    parts = [each for each in (fact.mean, fact.var, fact.gamma, fact.beta) if each is not None]
    parts = [each for each in parts if len(each) == fact.channels]
    if not parts:
        return []
    bad = torch.stack([~torch.isfinite(each) for each in parts]).any(0)
    return [int(each) for each in bad.nonzero().flatten()]


def _mend(found: Measurements, layers: Layers, faulty: dict[str, list[int]]) -> None:
    """Give the faulty channels the statistics of the data; gamma becomes 1 and beta 0 where they are not finite.

    With NaN in one layer the layers after it see NaN in evaluation, but not where each layer uses its batch; with NaN
    in gamma or beta the statistics are taken once those are mended.
    """
    for name in faulty:
        layer = layers[name]
        for values, neutral in ((layer.gamma, 1.0), (layer.beta, 0.0)):
            if values is not None:
                values.copy_(torch.nan_to_num(values, nan=neutral, posinf=neutral, neginf=neutral))
        for values, neutral in ((layer.running_mean, 0.0), (layer.running_var, 1.0)):
            if values is not None:
                values.copy_(torch.nan_to_num(values, nan=neutral, posinf=neutral, neginf=neutral))
    seen = found.subject.run("batch").seen
    statistics = {name: stats for name in faulty if (stats := pooled(seen.of(name))) is not None}
    put_statistics(layers.values(), statistics, faulty)
