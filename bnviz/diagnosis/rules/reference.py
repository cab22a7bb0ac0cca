"""missing-buffers and epsilon-mismatch: what differs from a reference of the same shape."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from bnviz.diagnosis.channel_statistics import ChannelStatistics, put_statistics
from bnviz.diagnosis.finding import Finding
from bnviz.diagnosis.measure import LayerFacts, Layers, Measurements, severity_of
from bnviz.diagnosis.rules.common import USUAL_EPS, Evidence, at_start, of_layers
from bnviz.diagnosis.rules.stale import WORN
from bnviz.watching.norm_layers import NormLayer

EPS_RATIO = 1.01
"""Two epsilons are the same up to rounding below this ratio."""
SHARE_OF_THE_GAIN = 0.7
"""Part of the gain of a full re-estimation from which the epsilon explains the mismatch of all layers."""


def missing_buffers(found: Measurements) -> Iterator[Finding]:
    """Layers whose statistics lag behind those of the reference and do not fit, while the reference's help."""
    lagging = [fact for fact in found.keeping if fact.name not in found.explained and _lags(found, fact)]
    if not any(fact.worn > WORN for fact in lagging):
        return
    copies = {fact.name: copied for fact in lagging if (copied := _statistics(found, fact.name)) is not None}
    effect, gain = found.try_cure("copied", lambda layers: put_statistics(layers.values(), copies))
    if gain < 1:
        return
    names = [fact.name for fact in lagging]
    found.explained.update(names)
    worst = max(lagging, key=lambda fact: fact.worn)
    evidence: Evidence = {"worn": worst.worn, "worst": worst.name}
    yield of_layers("missing-buffers", severity_of(gain), names, len(found.keeping), evidence, effect)


def _lags(found: Measurements, fact: LayerFacts) -> bool:
    other = found.reference.get(fact.name)
    if other is None or _statistics(found, fact.name) is None:
        return False
    tracked = getattr(other.module, "num_batches_tracked", None)
    behind = isinstance(tracked, torch.Tensor) and fact.tracked is not None and fact.tracked < int(tracked)
    return behind or at_start(fact)


def _statistics(found: Measurements, name: str) -> ChannelStatistics | None:
    other = found.reference.get(name)
    if other is None or other.running_mean is None or other.running_var is None:
        return None
    mean, var = other.running_mean.cpu().double().flatten(), other.running_var.cpu().double().flatten()
    own = found.facts[name].mean
    return ChannelStatistics(mean, var, 0) if own is not None and own.shape == mean.shape else None


def epsilon_mismatch(found: Measurements) -> Iterator[Finding]:
    """Layers whose epsilon is not that of the reference; without one, an epsilon of 0.

    A layer without an attribute ``eps`` may hold it anywhere; nothing is said about it.
    """
    other: dict[str, float] = {}
    compared = 0
    for fact in found.in_order:
        eps, twin = _epsilon(fact.layer), found.reference.get(fact.name)
        wanted = USUAL_EPS if twin is None else _epsilon(twin)
        if eps is None or wanted is None or (twin is None and fact.layer.kind not in ("batch", "frozen")):
            continue
        compared += 1
        if eps == 0 if twin is None else max(eps, wanted) > EPS_RATIO * min(eps, wanted):
            other[fact.name] = wanted
    if not other:
        return
    first = next(iter(other))
    # Read before the cure is tried, which writes it.
    evidence: Evidence = {"eps": f"{found.facts[first].layer.eps:g}", "other": f"{other[first]:g}"}
    cure = "eps" if first in found.reference else "usual-eps"
    effect, gain = found.try_cure(cure, lambda layers: _take(layers, other))
    _, full = found.reestimated()
    if gain >= 1 and gain > SHARE_OF_THE_GAIN * full:
        found.explained.update(fact.name for fact in found.keeping)  # those after it see another scale only
    yield of_layers("epsilon-mismatch", severity_of(gain), list(other), compared, evidence, effect)


def _epsilon(layer: NormLayer) -> float | None:
    eps = getattr(layer.module, "eps", None)
    return float(eps) if isinstance(eps, int | float) else None


def _take(layers: Layers, other: dict[str, float]) -> None:
    for name, eps in other.items():
        vars(layers[name].module)["eps"] = eps
