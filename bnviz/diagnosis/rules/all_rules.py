"""All rules in the order in which they run: what has a name of its own comes before stale statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bnviz.diagnosis.finding import Finding
from bnviz.diagnosis.measure import Measurements
from bnviz.diagnosis.rules.not_finite import not_finite
from bnviz.diagnosis.rules.stale import stale_statistics

Rule = Callable[[Measurements], Iterator[Finding]]

RULES: tuple[Rule, ...] = (not_finite, stale_statistics)
