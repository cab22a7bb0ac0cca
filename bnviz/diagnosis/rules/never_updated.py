"""never-updated: running statistics that are still what they began with, 0 and 1."""

from __future__ import annotations

from collections.abc import Iterator

from bnviz.diagnosis.finding import Finding
from bnviz.diagnosis.measure import Measurements, severity_of
from bnviz.diagnosis.rules.common import at_start, of_layers, untrained


def never_updated(found: Measurements) -> Iterator[Finding]:
    """Layers at 0 and 1 that evaluation uses; in a net that was not trained yet this is a note."""
    starting = [fact for fact in found.keeping if at_start(fact) and fact.name not in found.explained]
    if not starting:
        return
    names = [fact.name for fact in starting]
    found.explained.update(names)
    if len(starting) == len(found.keeping) and untrained(starting):
        yield of_layers("never-updated", "note", names, len(found.keeping), {})
        return
    effect, gain = found.reestimated(names)
    yield of_layers("never-updated", severity_of(gain), names, len(found.keeping), {}, effect)
