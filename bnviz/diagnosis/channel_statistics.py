"""Statistics of several calls of a layer, joined; and written into the buffers of a copy, as a cure that is tried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from bnviz.diagnosis.observe import NormCall
from bnviz.watching.norm_layers import NormLayer


@dataclass(frozen=True, slots=True, eq=False)
class ChannelStatistics:
    """Mean and variance of one layer's input.

    Attributes:
        mean: (C,) float64.
        var: (C,) float64, unbiased within a batch as torch stores it.
        n: number of values per channel.
    """

    mean: Tensor
    var: Tensor
    n: int


def pooled(calls: Sequence[NormCall]) -> ChannelStatistics | None:
    """Return mean and variance over all values of several calls, or None where there is no finite call.

    mean = sum m_k mean_k / n;  var = sum m_k (var_k + (mean_k - mean)^2) / (n - 1), with n = sum m_k:
    the statistics of all batches together ("PreciseBN" in Wu & Johnson 2021).
    """
    usable = [call for call in calls if bool(torch.isfinite(call.mean).all() and torch.isfinite(call.var).all())]
    n = sum(call.m for call in usable)
    if n < 2:
        return None
    mean = torch.stack([call.m * call.mean for call in usable]).sum(0) / n
    squares = torch.stack([call.m * (call.var + (call.mean - mean).square()) for call in usable]).sum(0)
    return ChannelStatistics(mean, squares / (n - 1), n)


def within_batches(calls: Sequence[NormCall]) -> ChannelStatistics | None:
    """Return the averages that a running average of these calls approaches: of means and of unbiased variances."""
    usable = [call for call in calls if call.m > 1 and bool(torch.isfinite(call.mean + call.var).all())]
    if not usable:
        return None
    mean = torch.stack([call.mean for call in usable]).mean(0)
    var = torch.stack([call.var * call.m / (call.m - 1) for call in usable]).mean(0)
    return ChannelStatistics(mean, var, sum(call.m for call in usable))


def put_statistics(
    layers: Iterable[NormLayer],
    statistics: Mapping[str, ChannelStatistics],
    channels: Mapping[str, Sequence[int]] | None = None,
) -> list[str]:
    """Write statistics into the buffers of layers, in place.

    Args:
        layers: layers whose running mean and variance are written.
        statistics: what to write, by the layer's name; other layers stay.
        channels: which channels of a layer to write; all where its name is missing.

    Returns:
        names of the layers that were written.
    """
    written = []
    for layer in layers:
        new, mean, var = statistics.get(layer.name), layer.running_mean, layer.running_var
        if new is None or mean is None or var is None or len(new.mean) != mean.numel():
            continue
        chosen = None if channels is None else channels.get(layer.name)
        where = slice(None) if chosen is None else torch.as_tensor(list(chosen), device=mean.device)
        on_cpu = slice(None) if chosen is None else torch.as_tensor(list(chosen))
        with torch.no_grad():
            mean.view(-1)[where] = new.mean[on_cpu].to(mean)
            var.view(-1)[where] = new.var[on_cpu].to(var)
        written.append(layer.name)
    return written
