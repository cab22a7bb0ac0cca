"""constant-channel, dead-channel, overflow: faults of single channels."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from bnviz.diagnosis.channel_statistics import put_statistics
from bnviz.diagnosis.finding import Finding
from bnviz.diagnosis.measure import LayerFacts, Measurements, severity_of
from bnviz.diagnosis.rules.common import USUAL_EPS, Evidence
from bnviz.diagnosis.rules.stale import WORN

SIGNAL = 10.0
"""Variance of the data over (running variance + eps) from which a signal arrives in a constant channel."""
NOTHING = 1e-4
"""|gamma| and |beta| below which a channel passes nothing."""
SOME_DEAD = 0.25
SHARE_OF_DEAD = 0.5
"""Parts of a layer's channels that must be dead for a note and for a warning; trained healthy nets have some."""
NEAR = 0.25
"""Part of the largest number of a type from which a buffer is near it."""


def constant_channel(found: Measurements) -> Iterator[Finding]:
    """Channels whose running variance is below epsilon; a warning only where a signal that arrives costs something."""
    for fact in found.keeping:
        if (
            fact.var is None
            or fact.name in found.explained
            or (fact.layer.eps <= 0 and not bool((fact.var <= 0).any()))
        ):
            continue
        limit = min(max(fact.layer.eps, 1e-12), USUAL_EPS)  # a large epsilon makes no channel constant
        constant = fact.var < limit
        ratio = fact.ratio
        if not bool(constant.any()) or ratio is None:
            continue
        signal = constant & (ratio > SIGNAL)
        chosen = signal if bool(signal.any()) else constant
        channels = [int(each) for each in torch.where(chosen, ratio, -1.0).argsort(descending=True)]
        channels = channels[: int(chosen.sum())]
        effect, gain = None, 0.0
        if bool(signal.any()):
            mend = {fact.name: channels}
            effect, gain = found.try_cure(
                "mended",
                lambda layers, m=mend: put_statistics(layers.values(), found.statistics, m),  # type: ignore[misc]
            )
        if gain >= 1:
            found.explained.add(fact.name)
        worst = channels[0]
        evidence: Evidence = {
            "n": len(channels), "of": fact.channels, "variance": float(ratio[worst]),
            "factor": float(1 / (fact.var[worst].clamp(min=0) + fact.layer.eps + 1e-30).sqrt()),
        }  # fmt: skip
        yield Finding("constant-channel", severity_of(gain), fact.name, tuple(channels[:4096]), evidence, effect)


def dead_channel(found: Measurements) -> Iterator[Finding]:
    """Channels with gamma and beta near 0, or whose output never passes the rectifier that follows.

    A layer whose gamma is 0 in all channels was initialized so on purpose; one with stale statistics is named for them.
    """
    for fact in found.in_order:
        if fact.layer.kind not in ("batch", "frozen", "instance") or fact.name in found.explained or fact.worn > WORN:
            continue
        dead = _never_positive(found, fact)
        if fact.gamma is not None and bool((fact.gamma != 0).any()):
            beta = torch.zeros_like(fact.gamma) if fact.beta is None else fact.beta
            dead = dead | ((fact.gamma.abs() < NOTHING) & (beta.abs() < NOTHING))
        if bool(dead.any()):
            channels = [int(each) for each in dead.nonzero().flatten()]
            share = len(channels) / max(1, fact.channels)
            if share < SOME_DEAD:
                continue
            evidence: Evidence = {"n": len(channels), "of": fact.channels}
            severity = severity_of(0.0, "warning" if share >= SHARE_OF_DEAD else "note")
            yield Finding("dead-channel", severity, fact.name, tuple(channels[:4096]), evidence)


def _never_positive(found: Measurements, fact: LayerFacts) -> Tensor:
    highs = [call.high for call in found.evaluation.seen.of(fact.name) if call.high is not None]
    if not highs or found.flow is None or fact.name not in found.flow.rectified:
        return torch.zeros(fact.channels, dtype=torch.bool)
    return torch.stack(highs).amax(0) <= 0


def overflow(found: Measurements) -> Iterator[Finding]:
    """Running statistics of 16 bits near the largest number, or data whose variance is beyond it."""
    for fact in found.in_order:
        buffer = fact.layer.running_var
        if buffer is None or buffer.dtype != torch.float16 or fact.mean is None or fact.var is None:
            continue
        limit = torch.finfo(buffer.dtype).max
        size = torch.maximum(fact.mean.abs(), fact.var)
        if fact.fresh is not None and len(fact.fresh.var) == len(size):
            size = torch.maximum(size, fact.fresh.var)
        near = size > NEAR * limit
        if bool(near.any()):
            channels = [int(each) for each in size.argsort(descending=True)[: int(near.sum())]]
            largest = float(size[channels[0]])
            evidence: Evidence = {
                "n": len(channels), "of": fact.channels, "largest": f"{largest:.0f}", "limit": f"{limit:.0f}",
                "dtype": "float16",
            }  # fmt: skip
            severity = severity_of(0.0, "error" if largest > limit else "warning")
            yield Finding("overflow", severity, fact.name, tuple(channels[:4096]), evidence)
