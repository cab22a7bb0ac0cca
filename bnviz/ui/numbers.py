"""Numbers as the pages write them."""

from __future__ import annotations


def number(value: float) -> str:
    """Write a number in LaTeX with four significant digits."""
    text = f"{value:.4g}"
    if "e" not in text:
        return text
    mantissa, power = text.split("e")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}"
