"""Seeded random numbers, by a second implementation with Python's integers."""

from __future__ import annotations

import math
from collections.abc import Iterator

from golden_case import Case

SEEDS = (0, 1, 42, 2**31 + 5, -7)
MASK = 2**32 - 1


def mulberry32(seed: int) -> Iterator[float]:
    """Yield the numbers of mulberry32 in unsigned arithmetic modulo 2^32."""
    state = seed & MASK
    while True:
        state = (state + 0x6D2B79F5) & MASK
        t = ((state ^ (state >> 15)) * (state | 1)) & MASK
        t ^= (t + ((t ^ (t >> 7)) * (t | 61) & MASK)) & MASK
        yield (t ^ (t >> 14)) / 2**32


def gaussian(uniform: Iterator[float]) -> float:
    """Return a number from N(0, 1) by Box and Muller."""
    radius = math.sqrt(-2 * math.log(1 - next(uniform)))
    return radius * math.cos(2 * math.pi * next(uniform))


def indices(count: int, size: int, uniform: Iterator[float]) -> list[int]:
    """Draw without replacement: each time one of those that are left, whose gap the first one fills."""
    left, drawn = list(range(count)), []
    for _ in range(size):
        place = int(next(uniform) * len(left))
        left[0], left[place] = left[place], left[0]
        drawn.append(left.pop(0))
    return drawn


def random_cases() -> list[Case]:
    """Return the first numbers for several seeds; the test draws as many as are expected."""
    return [
        *(
            Case("random", [seed, 8], [value for value, _ in zip(mulberry32(seed), range(8), strict=False)])
            for seed in SEEDS
        ),
        *(Case("gaussian", [seed, 6], _six(seed)) for seed in SEEDS),
    ]


def cases() -> list[Case]:
    """Return uniform and normal numbers and draws without replacement."""
    sizes = ((10, 4), (5, 5), (1000, 3))
    drawn = [Case("drawIndices", [*size, seed], indices(*size, mulberry32(seed))) for size in sizes for seed in SEEDS]
    return [*random_cases(), *drawn]


def _six(seed: int) -> list[float]:
    uniform = mulberry32(seed)
    return [gaussian(uniform) for _ in range(6)]
