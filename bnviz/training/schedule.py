"""When to observe: by the clock, so that training is hardly slowed, or by the step count."""

from __future__ import annotations

import math
from typing import Protocol


class Schedule(Protocol):
    """Decides at which steps to observe.

    Attributes:
        rate: observations a second that are wanted.
        spent: seconds spent on them so far.
    """

    rate: float
    spent: float

    def is_due(self, step: int, now: float) -> bool:
        """Tell whether to observe at this step (``now`` in seconds on any steady clock)."""

    def record_cost(self, started: float, cost: float) -> None:
        """Report an observation that started at ``started`` and cost ``cost`` extra seconds."""

    def capture_now(self) -> None:
        """Make the next observation due at once, where that makes sense."""


class TimeBudgetSchedule:
    """By the clock: at most ``rate`` times a second, and at most ``share`` of the time spent.

    The interval is max(1 / rate, cost / share) with ``cost`` an exponential average of what one took.

    Args:
        rate: observations a second that are wanted.
        share: largest share of the training time that they may take, 0..1.
    """

    def __init__(self, rate: float, share: float) -> None:
        self.rate = rate
        self.spent = 0.0
        self._share = share
        self._cost = 0.0
        self._next = -math.inf

    def is_due(self, step: int, now: float) -> bool:
        """Tell whether enough time has passed."""
        return now >= self._next

    def record_cost(self, started: float, cost: float) -> None:
        """Take the cost into account and set the earliest next time."""
        self._cost = cost if self._cost == 0 else 0.8 * self._cost + 0.2 * cost
        self.spent += cost
        self._next = started + max(1 / self.rate, self._cost / self._share)

    def capture_now(self) -> None:
        """Make the next observation due at once."""
        self._next = -math.inf


class StepSchedule:
    """By the step count: all of the first ``dense`` steps, then every ``stride``; repeatable.

    Args:
        stride: distance in steps after the first ones.
        dense: number of first steps that are all observed.
    """

    def __init__(self, stride: int, dense: int = 0) -> None:
        self.rate = math.inf
        self.spent = 0.0
        self._stride = max(1, stride)
        self._dense = dense

    def is_due(self, step: int, now: float) -> bool:
        """Tell whether this step is one of them."""
        return step < self._dense or step % self._stride == 0

    def record_cost(self, started: float, cost: float) -> None:
        """Count the cost."""
        self.spent += cost

    def capture_now(self) -> None:
        """Change nothing: the steps are fixed."""
