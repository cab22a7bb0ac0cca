"""Measurements: everything that the rules read, taken once, and cures that are tried on the way."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from bnviz.diagnosis.care import state_kept
from bnviz.diagnosis.channel_statistics import ChannelStatistics, pooled, put_statistics, within_batches
from bnviz.diagnosis.finding import Effect, Severity
from bnviz.diagnosis.flow import Flow
from bnviz.diagnosis.held_out import HeldOut, held_out
from bnviz.diagnosis.samples import Batch
from bnviz.diagnosis.score import GAIN_OF_AN_ERROR, Score, Scorer, gain_in_units
from bnviz.diagnosis.subject import Pass, Subject
from bnviz.watching.norm_layers import NormLayer

Layers = Mapping[str, NormLayer]
"""Layers of the working copy by name, as a cure receives them."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerFacts:
    """What can be read from one layer, and what its calls showed.

    Attributes:
        layer: the layer, in the working copy.
        order: place in the order of execution; layers that never ran come last.
        channels: C; 0 where it is not known.
        mean: (C,) float64, running mean, or None.
        var: (C,) float64, running variance, or None.
        gamma: (C,) float64, or None.
        beta: (C,) float64, or None.
        momentum: momentum in torch's convention; None means cumulative averages, or that there is none.
        tracked: ``num_batches_tracked``, or None.
        given_training: mode in which the model came.
        evaluated_with_batch: whether evaluation normalizes with the batch.
        fresh: statistics of the data with all layers normalized by their batch, what the running ones approach.
        pooled: mean and variance over all batches together, in the same pass.
    """

    layer: NormLayer
    order: int
    channels: int
    mean: Tensor | None
    var: Tensor | None
    gamma: Tensor | None
    beta: Tensor | None
    momentum: float | None
    tracked: int | None
    given_training: bool
    evaluated_with_batch: bool
    fresh: ChannelStatistics | None
    pooled: ChannelStatistics | None

    @property
    def name(self) -> str:
        """Path of the layer in the model."""
        return self.layer.name

    @property
    def z(self) -> Tensor | None:
        """(C,) (mean of the data - running mean) / sqrt(running variance + eps), or None."""
        if self.fresh is None or self.mean is None or self.var is None or len(self.fresh.mean) != len(self.mean):
            return None
        return (self.fresh.mean - self.mean) / (self.var.clamp(min=0) + self.layer.eps + 1e-30).sqrt()

    @property
    def ratio(self) -> Tensor | None:
        """(C,) (variance of the data + eps) / (running variance + eps), or None."""
        if self.fresh is None or self.mean is None or self.var is None or len(self.fresh.var) != len(self.var):
            return None
        eps = self.layer.eps + 1e-30
        return (self.fresh.var + eps) / (self.var.clamp(min=0) + eps)

    @property
    def worn(self) -> float:
        """How far the running statistics are from the data's, in standard deviations: root mean square over channels.

        Per channel sqrt(z^2 + (ln(ratio) / 2)^2), each part at most 10 so that one channel does not decide alone.
        """
        z, ratio = self.z, self.ratio
        if z is None or ratio is None:
            return 0.0
        parts = z.abs().clamp(max=10).square() + (ratio.clamp(min=1e-30).log() / 2).abs().clamp(max=10).square()
        finite = parts[torch.isfinite(parts)]
        return float(finite.mean().sqrt()) if len(finite) else math.inf


@dataclass(slots=True, eq=False)
class Measurements:
    """What rules read. ``explained`` holds the layers whose wrong statistics an earlier rule has named."""

    subject: Subject
    scorer: Scorer
    evaluation: Pass
    training: Pass
    batch: Pass
    facts: Mapping[str, LayerFacts]
    before: Score
    before_training: Score
    flow: Flow | None
    reference: Layers
    reference_net: nn.Module | None
    optimizer: torch.optim.Optimizer | None
    remainder: int | None
    not_checked: dict[str, str] = field(default_factory=dict)
    explained: set[str] = field(default_factory=set)
    original: Layers = field(default_factory=dict)
    companions: object | None = None
    held_out: HeldOut | str | None = None
    tried: dict[tuple[str, ...], tuple[Effect | None, float]] = field(default_factory=dict)

    @property
    def statistics(self) -> dict[str, ChannelStatistics]:
        """Re-estimated statistics by layer."""
        return {name: fact.pooled for name, fact in self.facts.items() if fact.pooled is not None}

    @property
    def in_order(self) -> list[LayerFacts]:
        """All layers, in the order of execution."""
        return sorted(self.facts.values(), key=lambda fact: fact.order)

    @property
    def keeping(self) -> list[LayerFacts]:
        """Layers whose running statistics are used in evaluation, in the order of execution."""
        return [
            fact
            for fact in self.in_order
            if fact.layer.kind in ("batch", "frozen") and fact.mean is not None and not fact.evaluated_with_batch
        ]

    @property
    def is_trained_here(self) -> bool:
        """Whether the batches may be those of training: the model came in training mode, or with its optimizer."""
        return self.subject.given_training or self.optimizer is not None

    def try_cure(self, cure: str, apply: Callable[[Layers], object]) -> tuple[Effect | None, float]:
        """Apply a cure to the working copy, score it in evaluation mode, and put everything back.

        Returns:
            the effect, or None where it could not be measured; and the gain in units of the smallest that counts.
        """
        if self.evaluation.error and not self.before.values:
            return None, 0.0
        after = self.score(self.with_change(apply))
        if after is None:
            return None, 0.0
        effect = Effect(self.before.name, self.before.mean, after.mean, cure, self.before.higher_is_better)
        return effect, gain_in_units(self.before, after)

    def with_change(self, apply: Callable[[Layers], object], batches: Sequence[Batch] | None = None) -> Pass:
        """Run the batches, or some, in evaluation mode with a change of the working copy; put everything back."""
        with state_kept(self.subject.net):
            modes = dict(self.subject.modes)
            try:
                with torch.no_grad():
                    apply(self.subject.by_name)
                return self.subject.run("evaluation", batches=batches)
            finally:
                self.subject.modes = modes

    def reestimated(self, names: Sequence[str] | None = None) -> tuple[Effect | None, float]:
        """Try what the statistics of some layers, or of all, become when they are measured again."""
        statistics = self.statistics
        chosen = statistics if names is None else {name: statistics[name] for name in names if name in statistics}
        if not chosen:
            return None, 0.0
        key = tuple(sorted(chosen))
        if key not in self.tried:
            if self.before.name == "accuracy":
                self.tried[key] = self.try_cure("reestimated", lambda layers: put_statistics(layers.values(), chosen))
            else:
                self.tried[key] = self._reestimated_apart(key)
        return self.tried[key]

    def _reestimated_apart(self, names: Sequence[str]) -> tuple[Effect | None, float]:
        """Try the same, and score each batch with the statistics of others: its own would always bring a gain.

        Accuracy needs no such care: statistics know no labels.
        """
        if not self.before.values:
            return None, 0.0
        if self.held_out is None:
            beside = self.batch if self.training.error else self.training
            self.held_out = held_out(self.subject, self.scorer, self.evaluation, beside, self.batch) or "too little"
        if isinstance(self.held_out, str):
            samples = sum(batch.size for batch in self.subject.batches)
            self.not_checked["statistics measured again"] = f"{samples} samples are too little to prove that they help"
            return None, 0.0
        before, after = self.held_out.before, self.held_out.score(self.subject, self.scorer, names)
        if after is None:
            return None, 0.0
        effect = Effect(before.name, before.mean, after.mean, "reestimated", before.higher_is_better)
        return effect, gain_in_units(before, after)

    def score(self, found: Pass) -> Score | None:
        """Return the score of a pass over all batches; None where it ended early.

        Batches that training mode refuses do not count in its score, nor in a distance of the two modes.
        """
        return None if found.error else self.score_outputs(found.outputs)

    def score_outputs(self, outputs: Sequence[object]) -> Score | None:
        """Return the score of one output per batch; None where there is none."""
        beside = self.batch.outputs if self.training.error else self.training.outputs
        chosen = [at for at, output in enumerate(outputs) if output is not None]
        if not chosen:
            return None
        taken = [self.subject.batches[at] for at in chosen]
        return self.scorer.score(
            [outputs[at] for at in chosen],
            [batch.target for batch in taken],
            [batch.size for batch in taken],
            [beside[at] if at < len(beside) else None for at in chosen],
        )


def severity_of(gain: float, least: Severity = "note") -> Severity:
    """Return how bad a fault is, from the gain of its cure: in units of the smallest gain that counts."""
    if gain >= GAIN_OF_AN_ERROR:
        return "error"
    if gain >= 1:
        return "warning" if least != "error" else "error"
    return least


def facts_of(subject: Subject, evaluation: Pass, batch: Pass) -> dict[str, LayerFacts]:
    """Return the facts of every layer, by name."""
    in_evaluation = subject.training_in("evaluation")
    ran = evaluation.seen.calls if len(evaluation.seen.calls) >= len(batch.seen.calls) else batch.seen.calls
    order = {name: place for place, name in enumerate(ran)}
    found = {}
    for layer in subject.layers:
        mean, var = _plain(layer.running_mean), _plain(layer.running_var)
        calls = batch.seen.of(layer.name) or evaluation.seen.of(layer.name)
        momentum = getattr(layer.module, "momentum", None)
        tracked = getattr(layer.module, "num_batches_tracked", None)
        widths = [len(each) for each in (mean, _plain(layer.gamma)) if each is not None]
        found[layer.name] = LayerFacts(
            layer=layer,
            order=order.get(layer.name, len(order)),
            channels=widths[0] if widths else len(calls[0].mean) if calls else 0,
            mean=mean,
            var=var,
            gamma=_plain(layer.gamma),
            beta=_plain(layer.beta),
            momentum=float(momentum) if isinstance(momentum, int | float) else None,
            tracked=int(tracked) if isinstance(tracked, Tensor) and tracked.numel() == 1 else None,
            given_training=subject.given_modes[layer.name],
            evaluated_with_batch=_uses_batch(layer, in_evaluation[layer.name]),
            fresh=within_batches(calls),
            pooled=pooled(calls),
        )
    return found


def _uses_batch(layer: NormLayer, training: bool) -> bool:
    if layer.kind == "frozen":
        return False
    if layer.kind in ("layer", "rms", "group"):
        return True
    tracks = getattr(layer.module, "track_running_stats", True)
    if layer.kind == "instance":
        return training or not tracks or layer.running_mean is None
    return training or layer.running_mean is None


def _plain(values: Tensor | None) -> Tensor | None:
    return None if values is None else values.detach().cpu().double().flatten().clone()
