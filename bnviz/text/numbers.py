"""How numbers are written: in tables, in formulas and in sentences."""

from __future__ import annotations

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

MISSING = "–"
"""What is written where there is no number."""

SINGLE, DOUBLE = 1e-5, 1e-12
"""Relative to the size of two numbers, differences below this are rounding errors of float32 and of float64.

Both are far above one rounding (6e-8 and 1.1e-16), as a sum of thousands of products is rounded at each step.
"""


def is_rounding(difference: float, precision: float = DOUBLE, size: float = 1.0) -> bool:
    """Return whether a difference of two numbers is only rounding.

    Args:
        difference: the difference.
        precision: SINGLE or DOUBLE.
        size: size of the numbers.
    """
    return abs(difference) < precision * size


def number_cell(value: float, digits: int = 3) -> str:
    """Write a number for a table's cell; very small and very large ones get a power of ten in LaTeX."""
    if value != value or abs(value) == float("inf"):
        return MISSING
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:,.{digits}g}" if abs(value) < 1000 else f"{value:,.0f}"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return rf"${mantissa} \times 10^{{{int(exponent)}}}$"


def latex_number(value: float) -> str:
    """Write a number with four significant digits for a LaTeX formula."""
    text = f"{value:.4g}"
    if "e" not in text:
        return text
    mantissa, power = text.split("e")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}"


def short_number(value: float) -> str:
    """Write a number in a few characters of plain text: 0.00012 is "1.2e-04"."""
    size = abs(value)
    return f"{value:.1e}" if size and (size < 1e-3 or size >= 1e5) else f"{value:.3g}"


def grouped_number(value: float) -> str:
    """Write a number with three significant digits, from 1,000 on in full with separators."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def rounded_number(value: float) -> str:
    """Write a positive number with two significant digits, from 100 on without decimals: 1.3e11 is "1.3 × 10¹¹"."""
    if 1e-3 < value < 1e4:
        return f"{value:.2g}" if value < 100 else f"{value:,.0f}"
    digits, power = f"{value:.1e}".split("e")
    return f"{digits} × 10{str(int(power)).translate(_RAISED)}"


def two_digits(value: float) -> str:
    """Write a number with two significant digits: 0.000123 is "0.00012"."""
    return f"{value:.2g}"


def signed_number(value: float, digits: int = 1) -> str:
    """Write a number with its sign, a true minus, separators and a fixed number of decimals: −2.4, +1,052, 0."""
    rounded = round(value, digits)
    return f"{rounded:+,.{digits}f}".replace("-", "−") if rounded else f"{0:.{digits}f}"


def factor(ratio: float) -> str:
    """Write a factor with three significant digits; an infinite one is "∞"."""
    return "∞" if ratio == float("inf") else f"{ratio:.3g}"


def count(value: object) -> str:
    """Write an integer with separators; anything else is missing."""
    return f"{value:,}" if isinstance(value, int) else MISSING


def difference(value: float) -> str:
    """Write the size of a difference: "0" only if it is exactly 0."""
    if value == 0:
        return "0"
    return f"{value:.3f}" if value >= 0.001 else f"{value:.1e}"


def percent(share: float) -> str:
    """Write a share of 0..1 in percent with one decimal."""
    return f"{100 * share:.1f} %"


def fine_percent(share: float) -> str:
    """Write a share of 0..1 in percent, with a second decimal below 10 %."""
    return f"{100 * share:.2f} %" if share < 0.1 else percent(share)


def percent_above(share: float, smallest: float) -> str:
    """Write a share of 0..1 in percent with three significant digits; not below ``smallest``."""
    return f"{100 * share:.3g} %" if share > smallest else f"< {100 * smallest:g} %"
