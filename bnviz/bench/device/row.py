"""One line of the table of a device."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """What was looked at on a device and what was found.

    Attributes:
        what: what was looked at.
        found: what was found, in words and numbers.
        holds: whether it is as it must be; None where there is nothing to hold, as for a speed.
        numbers: what ``found`` was written from, ready for JSON.
    """

    what: str
    found: str
    holds: bool | None = None
    numbers: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON, which has no NaN."""
        numbers = {
            name: None if isinstance(number, float) and not math.isfinite(number) else number
            for name, number in self.numbers.items()
        }
        return {"what": self.what, "found": self.found, "holds": self.holds, "numbers": numbers}

    def line(self) -> str:
        """Return the row as one line of text."""
        mark = {True: "ok", False: "FAILED", None: ""}[self.holds]
        return f"{self.what:62} {self.found:>66}  {mark}".rstrip()
