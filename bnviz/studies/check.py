"""Checks of single values in a study's JSON; every complaint is one sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from bnviz.config import InputError

PARTS_OF_UNIT = (
    "arm",
    "seed",
    "key",
    "steps",
    "train_loss",
    "test_loss",
    "test_accuracy",
    "final_train_accuracy",
    "final_test_accuracy",
    "best_test_accuracy",
    "steps_to_threshold",
    "diverged",
    "seconds",
    "step_ms",
    "extras",
)
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Check:
    """Checks that know how messages call the file."""

    label: str

    def mapping(self, value: Any, what: str) -> dict[str, Any]:  # noqa: ANN401
        """Return an object with text keys."""
        if not isinstance(value, dict):
            raise self._wrong(value, what, "an object")
        return value

    def rows(self, value: Any, what: str, most: int) -> list[Any]:  # noqa: ANN401
        """Return a list of bounded length."""
        if not isinstance(value, list) or len(value) > most:
            found = f"{len(value):,} entries" if isinstance(value, list) else f"{type(value).__name__}"
            raise InputError(f"{self.label}: found {found} as {what}, expected a list of at most {most:,}")
        return value

    def text(self, value: Any, what: str, shortest: int = 1) -> str:  # noqa: ANN401
        """Return printable text of bounded length."""
        if not isinstance(value, str) or not shortest <= len(value) <= _LONGEST:
            raise self._wrong(value, what, f"text of {shortest} to {_LONGEST} characters")
        if value and not value.isprintable():
            raise self._wrong(value, what, "printable text")
        return value

    def whole(self, value: Any, what: str, most: int) -> int:  # noqa: ANN401
        """Return a whole number from 0."""
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise self._wrong(value, what, f"a whole number from 0 to {most:,}")
        return value

    def number(self, value: Any, what: str) -> float:  # noqa: ANN401
        """Return a finite number."""
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not abs(value) < 1e300:
            raise self._wrong(value, what, "a finite number")
        return float(value)

    def share(self, value: Any, what: str) -> float:  # noqa: ANN401
        """Return a number in 0..1."""
        found = self.number(value, what)
        if not 0 <= found <= 1:
            raise self._wrong(value, what, "a number from 0 to 1")
        return found

    def share_or_none(self, row: dict[str, Any], what: str) -> float | None:
        """Return a number in 0..1, or None where there is null."""
        return None if row.get(what) is None else self.share(row[what], what)

    def curve(self, row: dict[str, Any], what: str, length: int, share: bool = False) -> tuple[float | None, ...]:
        """Return as many finite numbers or None as there are steps."""
        values = self.rows(row.get(what), what, length)
        if len(values) != length:
            raise InputError(f"{self.label}: found {len(values)} values of {what} for {length} steps")
        check = self.share if share else self.number
        return tuple(None if value is None else check(value, what) for value in values)

    def extras(self, value: Any, most: int, longest: int) -> dict[str, Any]:  # noqa: ANN401
        """Return named numbers or lists of numbers."""
        found = self.mapping(value, "extras")
        if len(found) > most:
            raise InputError(f"{self.label}: found {len(found):,} extra numbers, expected at most {most}")
        return {self.text(name, "extras"): self._extra(part, name, longest) for name, part in found.items()}

    def _extra(self, value: Any, name: str, longest: int) -> float | tuple[float, ...] | None:  # noqa: ANN401
        if value is None:
            return None
        if isinstance(value, list):
            return tuple(self.number(part, name) for part in self.rows(value, name, longest))
        return self.number(value, name)

    def provenance(self, value: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return short plain values: text, finite numbers, or objects of them, one level deep."""
        found = self.mapping(value, "provenance")
        if len(found) > 40:
            raise InputError(f"{self.label}: found {len(found):,} parts of the provenance, expected at most 40")
        return {
            self.text(name, "provenance"): self._fact(part, name)
            if not isinstance(part, dict)
            else {self.text(inner, name): self._fact(fact, name) for inner, fact in list(part.items())[:40]}
            for name, part in found.items()
        }

    def _fact(self, value: Any, what: str) -> str | float | int | None:  # noqa: ANN401
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self.text(value, what, shortest=0)
        found = self.number(value, what)
        return int(value) if isinstance(value, int) and math.isfinite(found) else found

    def _wrong(self, value: Any, what: str, accepted: str) -> InputError:  # noqa: ANN401
        return InputError(f"{self.label}: found {what} {value!r:.60}, expected {accepted}")
