"""called-apart, between batches: the loader's batches are of two kinds, and one running average fits neither."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import torch
from torch import Tensor

from bnviz.diagnosis.channel_statistics import ChannelStatistics, pooled, put_statistics
from bnviz.diagnosis.finding import Effect, Finding
from bnviz.diagnosis.measure import Layers, Measurements, severity_of
from bnviz.diagnosis.rules.called_apart import APART
from bnviz.diagnosis.rules.common import Evidence
from bnviz.diagnosis.score import Score, gain_in_units

FEWEST_BATCHES = 4
TIMES_WITHIN = 3.0
"""How much farther apart the two kinds must be than the batches of one kind are from each other."""


def kinds_of_batches(found: Measurements) -> Iterator[Finding]:
    """One finding of the whole model, where statistics for each kind help and statistics of all together do not.

    The batches are parted by the means of the first layer. Batches sorted by class differ too, but a healthy net is
    not better with the statistics of each.
    """
    first = next((fact for fact in found.keeping if fact.fresh is not None), None)
    if first is None or any(fact.name in found.explained for fact in found.keeping) or not found.before.values:
        return
    kinds, apart, within = _parted(found, first.name)
    if len(kinds) != 2 or apart < max(APART, TIMES_WITHIN * within):
        return
    after = _score_apart(found, kinds)
    if after is None:
        return
    gain = gain_in_units(found.before, after)
    _, together = found.reestimated()
    if gain < 1 or gain < 2 * together:
        return
    found.explained.update(fact.name for fact in found.keeping)
    effect = Effect(found.before.name, found.before.mean, after.mean, "apart", found.before.higher_is_better)
    evidence: Evidence = {"calls": 2, "apart": apart, "reason": "batches"}
    yield Finding("called-apart", severity_of(gain), "", (), evidence, effect)


def _parted(found: Measurements, name: str) -> tuple[list[list[int]], float, float]:
    """Return two groups of batches, how far apart they are and how wide each is, in standard deviations.

    Two-means from the pair of batches that is farthest apart, on means in units of the deviation within a batch.
    """
    calls = [call for call in found.batch.seen.of(name) if call.nth == 0 and bool(torch.isfinite(call.mean).all())]
    if len(calls) < FEWEST_BATCHES or len(calls) != len(found.subject.batches):
        return [], 0.0, 0.0
    unit = torch.stack([call.var for call in calls]).mean(0).clamp(min=1e-12).sqrt()
    means = torch.stack([call.mean for call in calls]) / unit
    distance = torch.cdist(means, means)
    far = int(distance.argmax())
    centers = means[[far // len(calls), far % len(calls)]]
    for _ in range(8):
        group = torch.cdist(means, centers).argmin(1)
        if len(set(group.tolist())) < 2:
            return [], 0.0, 0.0
        centers = torch.stack([means[group == each].mean(0) for each in (0, 1)])
    kinds = [[int(at) for at in (group == each).nonzero().flatten()] for each in (0, 1)]
    within = max(_width(means[kind]) for kind in kinds)
    return kinds, float((centers[0] - centers[1]).square().mean().sqrt()), within


def _width(means: Tensor) -> float:
    return float((means - means.mean(0)).square().mean().sqrt())


def _score_apart(found: Measurements, kinds: Sequence[Sequence[int]]) -> Score | None:
    """Score each kind of batches with statistics of its own, in the order of the batches."""
    outputs: dict[int, object] = {}
    for kind in kinds:
        chosen = [found.subject.batches[at] for at in kind]
        seen = found.subject.run("batch", batches=chosen).seen
        own = {name: stats for name in found.facts if (stats := pooled(seen.of(name))) is not None}
        result = found.with_change(partial(_put, own), chosen)
        if result.error:
            return None
        outputs.update(zip(kind, result.outputs, strict=True))
    return found.score_outputs([outputs[at] for at in sorted(outputs)])


def _put(own: Mapping[str, ChannelStatistics], layers: Layers) -> None:
    put_statistics(layers.values(), own)
