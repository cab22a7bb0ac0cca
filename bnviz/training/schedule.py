"""Schedules of observations and evaluations: within a budget of time, or by the step count."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Protocol


class Schedule(Protocol):
    """Decides at which steps something is due: an observation, or an evaluation.

    Attributes:
        rate: most of them per second.
        spent: seconds spent on them so far.
    """

    rate: float
    spent: float

    def is_due(self, step: int, now: float) -> bool:
        """Return whether one is due at this step; ``now`` is in seconds of a monotonic clock."""

    def record_cost(self, started: float, cost: float) -> None:
        """Report one that started at ``started`` and cost ``cost`` extra seconds."""

    def capture_now(self) -> None:
        """Make the next one due at once, if the schedule allows it."""


class TimeBudgetSchedule:
    """At most ``rate`` per second, and at most a ``share`` of the time.

    The interval is max(1 / rate, cost / share), where cost is an exponential average of the seconds that one takes.

    Args:
        rate: most of them per second.
        share: largest share of the time that they may take, 0..1.
    """

    def __init__(self, rate: float, share: float) -> None:
        self.rate = rate
        self.spent = 0.0
        self._share = share
        self._cost = 0.0
        self._next = -math.inf

    def is_due(self, step: int, now: float) -> bool:
        """Return whether enough time has passed."""
        return now >= self._next

    def record_cost(self, started: float, cost: float) -> None:
        """Update the average cost and set the earliest next time."""
        self._cost = cost if self._cost == 0 else 0.8 * self._cost + 0.2 * cost
        self.spent += cost
        self._next = started + max(1 / self.rate, self._cost / self._share)

    def capture_now(self) -> None:
        """Make the next one due at once."""
        self._next = -math.inf


class MilestoneSchedule:
    """At some early steps, whatever they cost, and otherwise when another schedule says so.

    Without the milestones a curve that is measured by the clock would jump over its own beginning: at full speed
    the second measurement would come after some 200 steps, when the story of a small net is over.

    Args:
        milestones: steps at which to observe in any case.
        then: decides at all other steps.
    """

    def __init__(self, milestones: Collection[int], then: Schedule) -> None:
        self._milestones = frozenset(milestones)
        self._then = then

    @property
    def rate(self) -> float:
        """Observations a second that are wanted, beside the milestones."""
        return self._then.rate

    @rate.setter
    def rate(self, rate: float) -> None:
        self._then.rate = rate

    @property
    def spent(self) -> float:
        """Seconds spent so far, milestones included."""
        return self._then.spent

    @spent.setter
    def spent(self, spent: float) -> None:
        self._then.spent = spent

    def is_due(self, step: int, now: float) -> bool:
        """Tell whether this step is a milestone, or the other schedule's turn."""
        return step in self._milestones or self._then.is_due(step, now)

    def record_cost(self, started: float, cost: float) -> None:
        """Count the cost: after a milestone, too, the other schedule waits its time."""
        self._then.record_cost(started, cost)

    def capture_now(self) -> None:
        """Make the next observation due at once, where that makes sense."""
        self._then.capture_now()


class StepSchedule:
    """All of the first ``dense`` steps, then every ``stride``-th; repetitions choose the same steps.

    Args:
        stride: distance in steps after the first ones.
        dense: number of first steps that are all due.
    """

    def __init__(self, stride: int, dense: int = 0) -> None:
        self.rate = math.inf
        self.spent = 0.0
        self._stride = max(1, stride)
        self._dense = dense

    def is_due(self, step: int, now: float) -> bool:
        """Return whether this step is one of them."""
        return step < self._dense or step % self._stride == 0

    def record_cost(self, started: float, cost: float) -> None:
        """Add the cost to ``spent``."""
        self.spent += cost

    def capture_now(self) -> None:
        """Do nothing: the steps are fixed."""
