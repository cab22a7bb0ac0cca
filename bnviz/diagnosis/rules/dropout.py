"""dropout-before-bn: the variance that a layer meets differs between the modes."""

from __future__ import annotations

from collections.abc import Iterator

from bnviz.diagnosis.channel_statistics import within_batches
from bnviz.diagnosis.finding import Finding
from bnviz.diagnosis.measure import Measurements, severity_of
from bnviz.diagnosis.rules.common import Evidence

SHIFTED = 1.1
"""Ratio of the variances in the two modes from which the shift is told."""


def dropout_before_bn(found: Measurements) -> Iterator[Finding]:
    """Layers that dropout reaches, with the ratio of the variances; both modes normalize with the batch."""
    if found.flow is None or found.training.error:
        return
    for fact in found.keeping:
        rate = found.flow.dropouts.get(fact.name, 0.0)
        trained = within_batches(found.training.seen.of(fact.name))
        if not rate or fact.fresh is None or trained is None or fact.layer.kind != "batch":
            continue
        eps = fact.layer.eps + 1e-12
        ratio = float(((trained.var + eps) / (fact.fresh.var + eps)).median())
        if 1 / SHIFTED < ratio < SHIFTED:
            continue
        effect, gain = found.reestimated([fact.name])
        if gain >= 1:
            found.explained.add(fact.name)
        evidence: Evidence = {"rate": f"{rate:g}", "ratio": ratio}
        yield Finding("dropout-before-bn", severity_of(gain), fact.name, (), evidence, effect)
