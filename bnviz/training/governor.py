"""Governor: decides by the clock when to observe, so that observing never costs more than its share."""

from __future__ import annotations

import math


class Governor:
    """Spaces out captures: at most ``rate`` a second, and at most ``share`` of the time spent.

    The interval is max(1 / rate, cost / share) with ``cost`` an exponential average of what a capture took.

    Args:
        rate: captures a second that are wanted.
        share: largest share of the training time that captures may take, 0..1.
    """

    def __init__(self, rate: float, share: float) -> None:
        self.rate = rate
        self._share = share
        self._cost = 0.0
        self._spent = 0.0
        self._next = -math.inf

    def due(self, now: float) -> bool:
        """Tell whether a capture should happen now (seconds on any steady clock)."""
        return now >= self._next

    def done(self, started: float, cost: float) -> None:
        """Report a capture that started at ``started`` and cost ``cost`` extra seconds."""
        self._cost = cost if self._cost == 0 else 0.8 * self._cost + 0.2 * cost
        self._spent += cost
        self._next = started + max(1 / self.rate, self._cost / self._share)

    def hasten(self) -> None:
        """Make the next capture due at once."""
        self._next = -math.inf

    @property
    def spent(self) -> float:
        """Seconds spent on captures so far."""
        return self._spent
