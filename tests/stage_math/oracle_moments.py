"""Moments, by numpy."""

from __future__ import annotations

from golden_case import Case, draws


def cases() -> list[Case]:
    """Return batches around 0, far from 0, and of a single value."""
    random = draws(1)
    batches = [random.normal(0, 1, 7), random.normal(1e4, 0.01, 5), random.normal(3, 2, 1)]
    return [
        *(Case("meanOf", [x], x.mean()) for x in batches),
        *(Case("varianceOf", [x], x.var()) for x in batches),
        Case("varianceOf", [batches[0], batches[0].mean()], batches[0].var()),
    ]
