"""How much of the loop's time observing may take."""

from __future__ import annotations

import time

CALL_S = 2e-6
"""Seconds that torch needs to call a hook or a function mode, beside what is measured inside of it."""


class Budget:
    """Allows an observation while all of them together took at most a share of the rest of the loop's time.

    The first ``free`` ones are always allowed, so that a short loop is recorded; what they took counts like all others.

    Args:
        share: largest part of the time; infinite allows all.
        free: observations that are allowed in any case.
    """

    def __init__(self, share: float, free: int = 10) -> None:
        self._share, self._free = share, free
        self._started = time.perf_counter()
        self._observations = 0
        self.spent = 0.0

    def allows(self) -> bool:
        """Return whether one more observation is affordable, and count it if so."""
        if self._observations >= self._free:
            elapsed = time.perf_counter() - self._started
            expected = self.spent / self._observations
            if self.spent + expected > self._share * max(elapsed - self.spent, 0.0):
                return False
        self._observations += 1
        return True

    def add(self, started: float, calls: int = 1) -> None:
        """Report the time since ``started`` as spent, and so many calls by torch."""
        self.spent += time.perf_counter() - started + calls * CALL_S
