"""Schedules of observations and evaluations: within a budget of time, or by the step count."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
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

    def record_cost(self, started: float, cost: float, typical: bool = True) -> None:
        """Report one that started at ``started`` and cost ``cost`` extra seconds; ``typical``: as later ones will."""

    def capture_now(self) -> None:
        """Make the next one due at once, if the schedule allows it."""


_FIRST, _MOST = 3, 5.0
"""The cheapest of so many counts at first, and later none as more than so many times the average."""
_DEARER, _EASIER = 0.2, 0.5
"""Weights of the last cost in the average: the first ones are dear, while caches and the processor are not warm."""


class TimeBudgetSchedule:
    """At most ``rate`` per second, and at most a ``share`` of the time.

    The next one is due 1 / rate after the last one was due, so that the rate is kept on average although steps come
    later than that; but not before cost / share has passed since the last one, where cost is an exponential average of
    the seconds that one takes.

    Args:
        rate: most of them per second.
        share: largest share of the time that they may take, 0..1.
        own_clock: seconds that the thread itself has had, such as ``time.thread_time``; less than all where other
            programs take a core. By default nothing is asked of them.
        own_share: largest share of those.

    Attributes:
        share: largest share of the time that they may take; a change holds from the next cost on.
    """

    def __init__(
        self, rate: float, share: float, own_clock: Callable[[], float] = lambda: math.inf, own_share: float = 1.0
    ) -> None:
        self.rate = rate
        self.spent = 0.0
        self.share, self._own_share = share, own_share
        self._own_clock = own_clock
        self._cost, self._known = 0.0, 0
        self._next = self._paid_at = self._affordable_at = self._own_began = -math.inf

    def is_due(self, step: int, now: float) -> bool:
        """Return whether enough time has passed."""
        if now < self._next:
            return False
        own = self._own_clock()
        is_due = own >= self._affordable_at or own < self._paid_at  # less: the clock of another thread
        if is_due:
            self._own_began = own
        return is_due

    def record_cost(self, started: float, cost: float, typical: bool = True) -> None:
        """Update the average cost and set the earliest next time."""
        if typical:
            self._cost = self._average(cost)
        self.spent += cost
        interval = max(1 / self.rate, self._cost / self.share)
        was_due = 0 <= started - self._next < interval
        self._next = (self._next if was_due else started) + interval
        # What it would have taken anyway, such as the step that was observed, is among the seconds it has a share of.
        self._paid_at = self._own_began if typical else self._own_clock()
        self._affordable_at = self._paid_at + self._cost / self._own_share

    def _average(self, cost: float) -> float:
        """Return the average cost with one more; a single one that was held up counts as a few, not as hundreds."""
        self._known += 1
        if self._known <= _FIRST:
            return min(cost, self._cost) if self._known > 1 else cost
        if self._cost == 0:  # as it seemed; of nothing, the most that another may count for is nothing
            return cost
        weight = _EASIER if cost < self._cost else _DEARER
        return self._cost + weight * (min(cost, _MOST * self._cost) - self._cost)

    def capture_now(self) -> None:
        """Make the next one due at once."""
        self._next = self._affordable_at = -math.inf


class MilestoneSchedule:
    """At some early steps in any case, and otherwise when another schedule decides so.

    Without the milestones, a curve that is measured within a budget of time would lack its beginning: at full speed,
    the second measurement would come after some 200 steps, when a small net has learned most of what it can.

    Args:
        milestones: steps at which one is due in any case.
        otherwise: schedule that decides at all other steps.
    """

    def __init__(self, milestones: Collection[int], otherwise: Schedule) -> None:
        self._milestones = frozenset(milestones)
        self._otherwise = otherwise

    @property
    def rate(self) -> float:
        """Most of them per second, apart from the milestones."""
        return self._otherwise.rate

    @rate.setter
    def rate(self, rate: float) -> None:
        self._otherwise.rate = rate

    @property
    def spent(self) -> float:
        """Seconds spent so far, including the milestones."""
        return self._otherwise.spent

    @spent.setter
    def spent(self, spent: float) -> None:
        self._otherwise.spent = spent

    def is_due(self, step: int, now: float) -> bool:
        """Return whether this step is a milestone, or due in the other schedule."""
        return step in self._milestones or self._otherwise.is_due(step, now)

    def record_cost(self, started: float, cost: float, typical: bool = True) -> None:
        """Report the cost to the other schedule, which waits after a milestone as after its own."""
        self._otherwise.record_cost(started, cost, typical)

    def capture_now(self) -> None:
        """Make the next one due at once, if the other schedule allows it."""
        self._otherwise.capture_now()


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

    def record_cost(self, started: float, cost: float, typical: bool = True) -> None:
        """Add the cost to ``spent``."""
        self.spent += cost

    def capture_now(self) -> None:
        """Do nothing: the steps are fixed."""
