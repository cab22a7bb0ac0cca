"""Running statistics measured again with the weights fixed ("PreciseBN"), for any model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from bnviz.config import InputError
from bnviz.diagnosis.batches import call
from bnviz.diagnosis.care import modes_kept
from bnviz.watching.norm_layers import NormLayer, by_channel, channel_axis, find_norm_layers


@dataclass(slots=True)
class ChannelMoments:
    """Mean and variance of each channel over several batches, in float64.

    Batches of m_i values with means mu_i and (biased) variances s_i are joined by
    mean = sum m_i mu_i / n and variance = sum m_i (s_i + mu_i^2) / n - mean^2, with n = sum m_i; the sum of squared
    deviations is carried instead of the squares, so that nothing cancels (Chan, Golub & LeVeque 1983). A channel
    that is not finite in a batch does not count there.
    """

    count: Tensor | None = None
    mean: Tensor = field(default_factory=lambda: torch.zeros(0))
    deviations: Tensor = field(default_factory=lambda: torch.zeros(0))

    def add(self, rows: Tensor) -> None:
        """Add the values of a batch, (rows, C)."""
        values = _precise(rows)
        mean = values.mean(0)
        self.join(torch.full_like(mean, len(values)), mean, (values - mean).square().sum(0))

    def join(self, count: Tensor, mean: Tensor, deviations: Tensor) -> None:
        """Add a batch given by count, mean and sum of squared deviations, each (C,)."""
        good = mean.isfinite() & deviations.isfinite()
        count = torch.where(good, count, 0)
        mean, deviations = mean.nan_to_num(0, 0, 0), deviations.nan_to_num(0, 0, 0)
        if self.count is None:
            self.count, self.mean, self.deviations = count, mean, torch.where(good, deviations, 0)
            return
        total = (self.count + count).clamp(min=1)
        gap = mean - self.mean
        self.mean = self.mean + torch.where(good, gap * count / total, 0)
        self.deviations = self.deviations + torch.where(good, deviations + gap.square() * self.count * count / total, 0)
        self.count = self.count + count

    @property
    def variance(self) -> Tensor:
        """Unbiased variance, (C,); meaningful where the count is above 1."""
        assert self.count is not None
        return self.deviations / (self.count - 1).clamp(min=1)


@dataclass(slots=True)
class InstanceMoments:
    """Averages over samples of the mean and the unbiased variance of each channel, as InstanceNorm keeps them."""

    count: Tensor | None = None
    mean: Tensor = field(default_factory=lambda: torch.zeros(0))
    variance: Tensor = field(default_factory=lambda: torch.zeros(0))

    def add(self, samples: Tensor) -> None:
        """Add the values of a batch, (B, places, C)."""
        values = _precise(samples)
        mean, variance = values.mean(1), values.var(1)
        good = mean.isfinite() & variance.isfinite()
        here = good.sum(0)
        means, variances = torch.where(good, mean, 0).sum(0), torch.where(good, variance, 0).sum(0)
        before = torch.zeros_like(here) if self.count is None else self.count
        total = (before + here).clamp(min=1)
        old_mean = torch.zeros_like(means) if self.count is None else self.mean
        old_variance = torch.zeros_like(means) if self.count is None else self.variance
        self.mean = (old_mean * before + means) / total
        self.variance = (old_variance * before + variances) / total
        self.count = before + here


@dataclass(frozen=True, slots=True)
class Measured:
    """What one measurement of the statistics saw.

    Attributes:
        batches: batches that the model was called with.
        skipped: batches that it refused in training mode, such as a last batch of one sample.
        layers: the layers whose statistics were measured, by name, in the order of their first call.
    """

    batches: int
    skipped: int
    layers: dict[str, ChannelMoments | InstanceMoments]


def estimated_layers(model: nn.Module) -> tuple[NormLayer, ...]:
    """Return the layers that keep running statistics for evaluation; frozen ones never follow the data."""
    return tuple(
        layer
        for layer in find_norm_layers(model)
        if layer.kind in ("batch", "instance") and layer.running_mean is not None and layer.running_var is not None
    )


def reestimate(model: nn.Module, batches: Iterable[Any]) -> Measured:
    """Replace the running statistics of a model by those of the batches; weights and modes do not change.

    Every layer with running statistics normalizes with its batch while it is measured, all else is in evaluation
    mode: dropout and stochastic depth are off, because they are off where the statistics will be used. Mean and
    variance are those of all values together (see ``ChannelMoments``), so that batches of other sizes, or sorted by
    class, count for what they hold. A channel in which nothing finite was seen keeps its statistics. The counters
    ``num_batches_tracked`` count the batches, except in layers of which no channel was measured.

    Args:
        model: the model, which is changed; give a copy where that is not wanted.
        batches: batches of any form that ``batches.call`` takes.

    Raises:
        InputError: there is no batch, or the model refused every batch.

    Source: "PreciseBN" in Wu & Johnson 2021 (arXiv 2105.07576), section 3.1; Ioffe & Szegedy 2015, algorithm 2.
    """
    layers = estimated_layers(model)
    moments: dict[str, ChannelMoments | InstanceMoments] = {}
    hooks = []
    kept = {(layer.name, name): (buffer, buffer.clone()) for layer in layers for name, buffer in _statistics(layer)}
    try:
        for layer in layers:
            hooks.append(layer.module.register_forward_pre_hook(_Observer(layer, moments)))
        with modes_kept(model), torch.no_grad():
            model.eval()
            for layer in layers:
                layer.module.training = True
            done, skipped = _run(model, batches)
    except BaseException:
        with torch.no_grad():
            for buffer, values in kept.values():
                buffer.copy_(values)
        raise
    finally:
        for hook in hooks:
            hook.remove()
    for layer in layers:
        before = {name: kept[layer.name, name][1] for name, _ in _statistics(layer)}
        _write(layer, moments.get(layer.name), before)
    return Measured(done, skipped, moments)


def _run(model: nn.Module, batches: Iterable[Any]) -> tuple[int, int]:
    done, skipped, refusal = 0, 0, None
    for batch in batches:
        try:
            call(model, batch)
            done += 1
        except ValueError as error:
            if isinstance(error, InputError) or "more than 1" not in str(error):
                raise
            skipped, refusal = skipped + 1, error  # one value per channel: there is no variance to measure
    if not done:
        found = f"the model refused every batch ({refusal})" if refusal else "there was no batch"
        raise InputError(f"statistics cannot be measured: {found}; at least one batch of two or more samples is needed")
    return done, skipped


def _precise(values: Tensor) -> Tensor:
    """Return the values in the most precise type of their device; Apple's has no float64."""
    return values.detach().to(torch.float32 if values.device.type == "mps" else torch.float64)


class _Observer:
    """A hook that adds a layer's input to its moments."""

    def __init__(self, layer: NormLayer, moments: dict[str, ChannelMoments | InstanceMoments]) -> None:
        self._layer, self._moments = layer, moments

    def __call__(self, module: nn.Module, args: tuple[Any, ...]) -> None:
        values = args[0]
        rows = by_channel(self._layer, values)
        if self._layer.kind == "batch":
            if len(rows) > 1:
                moment = self._moments.setdefault(self._layer.name, ChannelMoments())
                assert isinstance(moment, ChannelMoments)
                moment.add(rows)
            return
        samples = values.shape[0] if channel_axis(self._layer, values) else 1
        if len(rows) // max(1, samples) > 1:
            instance = self._moments.setdefault(self._layer.name, InstanceMoments())
            assert isinstance(instance, InstanceMoments)
            instance.add(rows.reshape(samples, -1, rows.shape[-1]))


def _statistics(layer: NormLayer) -> Iterator[tuple[str, Tensor]]:
    for name in ("running_mean", "running_var", "num_batches_tracked"):
        buffer = getattr(layer.module, name, None)
        if isinstance(buffer, Tensor):
            yield name, buffer


def _write(layer: NormLayer, moments: ChannelMoments | InstanceMoments | None, before: Mapping[str, Tensor]) -> None:
    seen = None if moments is None or moments.count is None else moments.count > (layer.kind == "batch")
    if seen is None or moments is None or not seen.any():  # nothing was measured, so nothing is counted either
        with torch.no_grad():
            for name, old in before.items():
                getattr(layer.module, name).copy_(old)
        return
    measured = {"running_mean": moments.mean, "running_var": moments.variance}
    with torch.no_grad():
        for name, values in measured.items():
            getattr(layer.module, name).copy_(torch.where(seen, values, before[name].to(values.dtype)))
