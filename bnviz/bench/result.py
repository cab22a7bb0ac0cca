"""One measurement of the benchmark, and its budget."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class BenchRow:
    """A measured number and its budget.

    Attributes:
        what: what was measured.
        value: the number; None when it could not be measured here.
        budget: the least or greatest value that it should have; None where it is only to be known.
        at_least: whether larger is better.
        unit: the unit of value and budget.
        detail: what the value was computed from, or why there is none; where it was measured, ``limit`` (the value if
            nothing but matrix products were computed) and ``share_of_limit``.
    """

    what: str
    value: float | None
    budget: float | None
    at_least: bool
    unit: str
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        """Whether the budget is met; None when nothing was measured or there is no budget."""
        if self.value is None or self.budget is None:
            return None
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        sign = ">=" if self.at_least else "<="
        value = None if self.value is None else round(self.value, 3)
        return {
            "what": self.what,
            "value": value,
            "budget": None if self.budget is None else f"{sign} {self.budget:g}",
            "unit": self.unit,
            "met": self.met,
            "detail": self.detail,
        }
