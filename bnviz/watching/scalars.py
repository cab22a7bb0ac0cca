"""Numbers that only the loop knows, read without ever raising into it; and what is told once, as a warning."""

from __future__ import annotations

import contextlib
import math
import numbers
import warnings
from collections.abc import Mapping, Sequence
from typing import SupportsFloat

import torch
from torch import Tensor

from bnviz.telemetry.records import SCALARS

Given = SupportsFloat | Tensor | None
"""What a loop may give for a number: anything of one real number, or None."""

_TAKEN = f"{', '.join(SCALARS[:-1])} and {SCALARS[-1]}"


class WarnOnce:
    """Warns of each thing once; where warnings are errors, the loop is spared all the same."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def once(self, sentence: str) -> None:
        """Warn with a sentence, unless it was said before."""
        if sentence in self._said:
            return
        self._said.add(sentence)
        with contextlib.suppress(Warning):
            warnings.warn(f"bnviz.watch: {sentence}", stacklevel=3)


class Scalars:
    """The last number given for each of SCALARS; NaN before the first."""

    def __init__(self, told: WarnOnce) -> None:
        self.values = [math.nan] * len(SCALARS)
        self._warn = told

    def read(self, given: Sequence[object], more: Sequence[object], named: Mapping[str, object]) -> list[float | None]:
        """Keep the numbers among what was given for SCALARS, and return them; None for what is none.

        Args:
            given: one value for each of SCALARS, or None.
            more: values beyond them, and
            named: values by other names, which are told and not kept.
        """
        if more:
            self._warn.once(f"log takes {_TAKEN}; one more value is not kept")
        for name in named:
            self._warn.once(f"log takes {_TAKEN}; `{name}` is not kept")
        read = [self._number(name, value) for name, value in zip(SCALARS, given, strict=True)]
        self.values = [old if new is None else new for old, new in zip(self.values, read, strict=True)]
        return read

    def _number(self, name: str, value: object) -> float | None:
        number = None if value is None else one_number(value)
        if value is not None and number is None:
            self._warn.once(f"{name} must be one number, got {type(value).__name__}; it is not kept")
        return number


def one_number(value: object) -> float | None:
    """Return a value as a number; None where it is not exactly one real number."""
    try:
        if isinstance(value, Tensor):
            return float(value.detach().item()) if value.numel() == 1 and not torch.is_complex(value) else None
        size = getattr(value, "size", 1)  # of an array
        if isinstance(value, str | bytes) or (not isinstance(value, numbers.Real) and size != 1):
            return None
        return float(value.item() if hasattr(value, "item") else value)  # type: ignore[arg-type]
    except Exception:
        return None
