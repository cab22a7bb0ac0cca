"""other-data: the first layer is off in the way that a shift or another scale of the inputs explains."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from bnviz.diagnosis.finding import Finding
from bnviz.diagnosis.measure import LayerFacts, Measurements, severity_of
from bnviz.diagnosis.rules.common import Evidence
from bnviz.diagnosis.rules.stale import REMAINING, WORN, remaining_start

EXPLAINED = 0.9
"""Part of the squared differences of the means that a shift of the input channels must explain."""
SCALED = 1.5
"""Ratio of the variances, the same in all channels, from which the inputs have another scale."""
STAYS = 0.2
"""Part of the shift of the means by another scale below which they have not moved with it."""
SPREAD = 0.35
"""Spread over channels of the logarithm of that ratio, relative to its median, up to which it is one scale."""


def other_data(found: Measurements) -> Iterator[Finding]:
    """The statistics of the whole model belong to inputs that are shifted or scaled against the loader's."""
    first = found.keeping[0] if found.keeping else None
    if first is None or first.worn <= WORN or first.name in found.explained or remaining_start(first) > REMAINING:
        return
    weight = None if found.flow is None else found.flow.weights.get(first.name)
    shift, explained = (0.0, 0.0) if weight is None else _shift(first, weight)
    scale, is_scale = _scale(first)
    if (explained < EXPLAINED or _moved(first) < WORN) and not is_scale:
        return
    names = [fact.name for fact in found.keeping if fact.name not in found.explained]
    effect, gain = found.reestimated(names)
    if gain < 1:
        return
    found.explained.update(names)
    evidence: Evidence = {"worst": first.name, "shift": shift, "scale": scale, "worn": first.worn, "share": explained}
    yield Finding("other-data", severity_of(gain), "", (), evidence, effect)


def _shift(first: LayerFacts, weight: Tensor) -> tuple[float, float]:
    """Return the mean shift of the inputs that explains the shift of the layer's means best, and how much of it.

    A constant shift s_k of input channel k moves the mean of output channel c by sum_k s_k sum_places W_ck.
    With more inputs than half the outputs one shift common to all inputs is fitted, as more would fit anything.
    """
    if first.fresh is None or first.mean is None or weight.shape[0] != first.channels:
        return 0.0, 0.0
    moved = first.fresh.mean - first.mean
    sums = weight.cpu().double().flatten(2).sum(2) if weight.dim() > 2 else weight.cpu().double()
    if sums.shape[1] > first.channels // 2:
        sums = sums.sum(1, keepdim=True)
    shift = torch.linalg.lstsq(sums, moved[:, None]).solution
    left = (moved - (sums @ shift).flatten()).square().sum()
    return float(shift.mean()), float(1 - left / moved.square().sum().clamp(min=1e-24))


def _scale(first: LayerFacts) -> tuple[float, bool]:
    """Return the factor between the deviations of loader and statistics, and whether all channels share it."""
    ratio = first.ratio
    if ratio is None or first.channels < 4:
        return 1.0, False
    logs = ratio.clamp(min=1e-30).log()
    middle = float(logs.median())
    spread = float(torch.quantile(logs, 0.75) - torch.quantile(logs, 0.25))
    scale = math.exp(middle / 2)
    is_scale = abs(middle) > math.log(SCALED) and spread < SPREAD * abs(middle) and not _means_stay(first, scale)
    return scale, is_scale


def _means_stay(first: LayerFacts, scale: float) -> bool:
    """Return whether the means fit as they are, though another scale of the inputs would have moved them."""
    if first.fresh is None or first.mean is None:
        return False
    unit = (first.fresh.var + first.layer.eps + 1e-30).sqrt()
    expected = float((first.mean * (1 - scale) / unit).square().mean().sqrt())
    return _moved(first) < STAYS * expected


def _moved(first: LayerFacts) -> float:
    """Return how far the means of the data are from the running ones, in standard deviations of the data."""
    if first.fresh is None or first.mean is None:
        return 0.0
    unit = (first.fresh.var + first.layer.eps + 1e-30).sqrt()
    return float(((first.fresh.mean - first.mean) / unit).square().mean().sqrt())
