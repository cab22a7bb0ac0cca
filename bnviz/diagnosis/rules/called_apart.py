"""called-apart: one set of running statistics for calls on different inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack

import torch
from torch import Tensor, nn

from bnviz.diagnosis.channel_statistics import ChannelStatistics, pooled, put_statistics
from bnviz.diagnosis.finding import Effect, Finding
from bnviz.diagnosis.measure import Measurements, severity_of
from bnviz.diagnosis.observe import NormCall
from bnviz.diagnosis.rules.common import Evidence
from bnviz.diagnosis.score import gain_in_units
from bnviz.watching.norm_layers import NormLayer

APART = 0.3
"""Difference between calls, in standard deviations of a channel, from which one average fits neither.

Two calls on halves of one distribution of digits differ by less than 0.1 (batches of 64, 5 seeds).
"""
TIMES_THE_NOISE = 5.0


def called_apart(found: Measurements) -> Iterator[Finding]:
    """Layers that run several times per forward pass, on inputs whose means differ by more than chance."""
    apart: dict[str, tuple[int, float]] = {}
    for fact in found.keeping:
        groups = _by_turn(found.batch.seen.of(fact.name))
        if len(groups) > 1:
            difference, noise = _difference(groups)
            if difference > max(APART, TIMES_THE_NOISE * noise):
                apart[fact.name] = (len(groups), difference)
    if not apart:
        return
    effect, gain = _apart(found, list(apart))
    for name, (calls, difference) in apart.items():
        found.explained.add(name)
        evidence: Evidence = {"calls": calls, "apart": difference}
        yield Finding("called-apart", severity_of(gain), name, (), evidence, effect)


def _by_turn(calls: Sequence[NormCall]) -> list[list[NormCall]]:
    turns = max((call.nth for call in calls), default=-1) + 1
    groups = [[call for call in calls if call.nth == turn] for turn in range(turns)]
    return groups if all(len(group) == len(groups[0]) for group in groups) else []


def _difference(groups: Sequence[Sequence[NormCall]]) -> tuple[float, float]:
    """Return the spread of the calls' means and its standard error, in standard deviations within a call."""
    within = torch.stack([call.var for group in groups for call in group]).mean(0).clamp(min=1e-12)
    means = torch.stack([torch.stack([call.mean for call in group]).mean(0) for group in groups])
    spread = float((means.var(0) / within).mean().sqrt())
    if len(groups[0]) < 2:
        return spread, 1 / max(1.0, float(groups[0][0].m)) ** 0.5
    noise = torch.stack([torch.stack([call.mean for call in group]).var(0) for group in groups]).mean(0)
    return spread, float((noise / within / len(groups[0])).mean().sqrt())


def _apart(found: Measurements, names: list[str]) -> tuple[Effect | None, float]:
    """Score the net with statistics of its own for each call of these layers."""
    subject = found.subject
    with ExitStack() as stack:
        for name in names:
            turns = [pooled(group) for group in _by_turn(found.batch.seen.of(name))]
            stack.callback(_Turns(subject.by_name[name], turns, stack).put_back)
        after = found.score(subject.run("evaluation"))
    if after is None or not found.before.values:
        return None, 0.0
    effect = Effect(found.before.name, found.before.mean, after.mean, "apart", found.before.higher_is_better)
    return effect, gain_in_units(found.before, after)


class _Turns:
    """Hooks that give a layer the statistics of its turn before each call within a forward pass."""

    def __init__(self, layer: NormLayer, turns: Sequence[ChannelStatistics | None], stack: ExitStack) -> None:
        self.layer, self.turns, self.turn = layer, turns, 0
        self.kept: Mapping[str, Tensor] = {
            name: buffer.clone() for name, buffer in layer.module.named_buffers(recurse=False)
        }
        stack.callback(layer.module.register_forward_pre_hook(self.before).remove)

    def before(self, _: nn.Module, __: tuple[object, ...]) -> None:
        new = self.turns[self.turn % len(self.turns)]
        self.turn += 1
        if new is not None:
            put_statistics([self.layer], {self.layer.name: new})

    def put_back(self) -> None:
        with torch.no_grad():
            for name, buffer in self.layer.module.named_buffers(recurse=False):
                buffer.copy_(self.kept[name])
