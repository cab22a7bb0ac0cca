"""How a number is written where a text is read: in an address, on the command line, in a field of the page.

Python's own ``int`` and ``float`` also take ``1_2``, digits of other scripts, ``infinity`` and ``nan``.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

from bnviz.config.errors import InputError

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?([0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,40})([eE][+-]?[0-9]{1,3})?")


def whole_number(text: str) -> int:
    """Return the whole number that a text is: digits, perhaps with a sign; raises InputError for any other text."""
    if not _WHOLE.fullmatch(text.strip(" ")):
        raise InputError(f"a whole number is written in digits such as 12, got {text!r:.80}")
    return int(text)


def count_of(text: str) -> int | None:
    """Return the number of at most nine digits that a text is, without a sign; None for any other text."""
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else None


def number(text: str) -> float:
    """Return the finite number that a text is, such as 12, 0.5 or 1e-3; raises InputError for any other text."""
    value = float(text) if _NUMBER.fullmatch(text.strip(" ")) else math.nan
    if not math.isfinite(value):
        raise InputError(f"a number is written in digits such as 12, 0.5 or 1e-3, got {text!r:.80}")
    return value


def written(value: float) -> str:
    """Return a number in plain digits: 0.00001, 1,000,000 and 100, never 1e-05."""
    return f"{Decimal(repr(value)).normalize():,f}" if math.isfinite(value) else str(value)


def is_other_number(text: str) -> bool:
    """Return whether Python takes a text for a number that is not written as ``number`` reads it."""
    try:
        float(text)
    except ValueError:
        return False
    try:
        number(text)
    except InputError:
        return True
    return False
