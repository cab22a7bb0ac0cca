"""stale-statistics: the running statistics do not fit the weights and the data, and no other rule says why."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from bnviz.diagnosis.finding import Effect, Finding, Severity
from bnviz.diagnosis.measure import LayerFacts, Measurements, severity_of
from bnviz.diagnosis.rules.common import Evidence, of_layers
from bnviz.diagnosis.score import GAIN_OF_AN_ERROR

WORN = 0.35
"""Root mean square mismatch, in standard deviations, from which statistics are called stale.

Trained digit nets (150 steps of Adam at 0.01, momentum 0.1, 5 seeds, 8 held-out batches of 8 or 64, in random order or
sorted by class) stay below 0.13; a net whose one layer kept 86 % of its initial statistics is above 1.3.
"""
VERY_WORN = 1.0
"""Mismatch that is worth a note even where the metric does not suffer."""
SLIGHTLY_WORN = 0.05
"""Mismatch that is named only where measuring again brings 10 points of accuracy, or as much in another metric.

Not in the distance of the two modes."""
REMAINING = 0.05
"""Weight of the initial 0 and 1 in a running average from which it had too few updates."""
FEW_CHANNELS = 0.25
"""Part of a layer's channels up to which the sentence names them."""
MOST_TRIALS = 6
"""Layers whose statistics are measured again one at a time."""
MOST_OF_THE_GAIN = 0.5


def stale_statistics(found: Measurements) -> Iterator[Finding]:
    """One finding per layer where single layers carry the gain, else one of the whole model."""
    candidates = [fact for fact in found.keeping if fact.name not in found.explained]
    worn = [fact for fact in candidates if fact.worn > WORN]
    _, whole = found.reestimated([fact.name for fact in candidates])
    effect, gain = found.reestimated([fact.name for fact in worn])
    has_quality = found.before.name != "distance"
    if has_quality and whole >= (1 if worn else GAIN_OF_AN_ERROR) and gain < MOST_OF_THE_GAIN * whole:
        # Many small mismatches add up over a deep net. There the measured loss counts, not the size of each. The
        # distance of the two modes is no loss: it reaches .4 in nets whose small lag costs nothing.
        worn = [fact for fact in candidates if fact.worn > SLIGHTLY_WORN]
        effect, gain = found.reestimated([fact.name for fact in worn])
    if gain < 1:
        yield from _notes(found, [fact for fact in worn if fact.worn > VERY_WORN])
        return
    alone = _single_layers(found, worn, gain) if len(worn) > 1 else [(worn[0], effect, gain)]
    if alone:
        for fact, own_effect, own_gain in alone:
            found.explained.add(fact.name)
            yield _finding(fact, own_effect, own_gain)
        return
    found.explained.update(fact.name for fact in worn)
    yield _of_several(found, worn, severity_of(gain), effect)


def _notes(found: Measurements, worn: list[LayerFacts]) -> Iterator[Finding]:
    """Yield what is far off but costs nothing measurable, as one note."""
    if len(worn) == 1:
        yield _finding(worn[0], None, 0.0)
    elif worn:
        yield _of_several(found, worn, "note", None)


def _of_several(found: Measurements, worn: list[LayerFacts], severity: Severity, effect: Effect | None) -> Finding:
    worst = max(worn, key=lambda fact: fact.worn)
    evidence: Evidence = {"worn": worst.worn, "worst": worst.name, "reason": _reason(worst)}
    return of_layers("stale-statistics", severity, [fact.name for fact in worn], len(found.keeping), evidence, effect)


def _single_layers(
    found: Measurements, worn: list[LayerFacts], gain: float
) -> list[tuple[LayerFacts, Effect | None, float]]:
    """Return the few layers that bring most of the gain alone; none where it takes all."""
    tried = sorted(worn, key=lambda fact: -fact.worn)[:MOST_TRIALS]
    results = [(fact, *found.reestimated([fact.name])) for fact in tried]
    good = [result for result in results if result[2] >= MOST_OF_THE_GAIN * gain]
    return good if len(good) <= max(1, len(worn) // 4) else []


def _reason(fact: LayerFacts) -> str:
    return "few-updates" if fact.tracked and remaining_start(fact) > REMAINING else "unknown"


def remaining_start(fact: LayerFacts) -> float:
    """Return the weight that the initial 0 and 1 still have in a running average: (1 - momentum)^updates."""
    if fact.momentum is None or fact.tracked is None:
        return 0.0
    return float((1 - min(1.0, fact.momentum)) ** fact.tracked)


def _finding(fact: LayerFacts, effect: Effect | None, gain: float) -> Finding:
    z, ratio = fact.z, fact.ratio
    assert z is not None
    assert ratio is not None
    badness = torch.nan_to_num(z.square() + (ratio.clamp(min=1e-30).log() / 2).square(), nan=torch.inf)
    limit = min(WORN, fact.worn) ** 2
    worst = [int(each) for each in badness.argsort(descending=True) if float(badness[each]) > limit]
    evidence: dict[str, float | int | str] = {
        "n": len(worst), "of": fact.channels, "worn": fact.worn, "worst": fact.name, "reason": _reason(fact),
        "z": float(z.abs().median()), "ratio": float(ratio.median()),
    }  # fmt: skip
    if 0 < len(worst) <= FEW_CHANNELS * fact.channels:
        evidence |= {"seen": "few", "apart": float(badness[worst[0]].sqrt())}
    return Finding("stale-statistics", severity_of(gain), fact.name, tuple(worst[:4096]), evidence, effect)
