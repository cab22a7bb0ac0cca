"""TaskProgress: how far a computation is, and how long the rest takes at its present speed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

MEMORY_S = 20.0
"""The speed is a mean over about so long a time: other visitors come and go."""
KNOWN_AFTER_S = 3.0
"""No rest is told before: the first steps also load data and build networks."""
_SAMPLES_EVERY_S, _LEAST_SAMPLES = 0.5, 4
_NEARLY, _SLOWER_FROM = 0.95, 0.7
"""A part that takes longer than it was expected to moves ever more slowly from the second to the first of these."""


class TaskProgress:
    """Counts what is done in units that the computation chooses, and follows the parts that tell nothing meanwhile.

    Such a part is followed by its pause points, as many as the part before it had, or else by its seconds of computing,
    where the computation says how many it expects.

    Args:
        points: returns the pause points so far.
        busy_s: returns the seconds of computing so far.
        clock: seconds; what passes on it also while others compute.
    """

    _slowness = 1.0
    """How many times as long as was expected the last part took, of any task: it is the machine's."""

    def __init__(
        self,
        points: Callable[[], int] = lambda: 0,
        busy_s: Callable[[], float] = lambda: 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._points, self._busy_s, self._clock = points, busy_s, clock
        self._done = self._total = 0
        self._part = 0  # units that the part under way adds
        self._part_kind: object = None
        self._part_s = 0.0
        self._began_at = (0, 0.0)
        self._points_of: dict[object, int] = {}
        self._shown = self._sampled = 0.0
        self._started = self._sampled_at = 0.0
        self._rate = 0.0
        self._samples = 0

    def start(self) -> None:
        """The computation starts: until now it waited."""
        self._started = self._sampled_at = self._clock()
        self._begin_part(0, None, 0.0)

    def report(self, done: int, total: int) -> None:
        """Note that so many units are done. The next part is expected to be like the one that ended."""
        grown, same_total = done - self._done, total == self._total
        if grown > 0:
            points, busy_s = self._points() - self._began_at[0], self._busy_s() - self._began_at[1]
            self._points_of[self._part_kind] = points
            if self._part_s:
                TaskProgress._slowness = busy_s / self._part_s
        self._done, self._total = done, total
        if grown > 0 or not same_total:
            self._begin_part(grown if same_total else 0, self._part_kind, 0.0)

    def expect(self, units: int, seconds: float, kind: object) -> None:
        """Note what the next report adds, what it takes on the machine of the recordings, and what it is like."""
        self._begin_part(units, kind, seconds)

    @property
    def share(self) -> float:
        """The fraction that is done, 0..1; it never shrinks while the total stays the same."""
        if not self._total:
            return 0.0
        found = min(1.0, (self._done + self._part * self._within()) / self._total)
        self._shown = max(self._shown, found)
        return self._shown

    def sample(self) -> None:
        """Take the speed; called now and then while it computes."""
        now = self._clock()
        passed = now - self._sampled_at
        if passed < _SAMPLES_EVERY_S or not self._started:
            return
        share = self.share
        keep = math.exp(-passed / MEMORY_S)
        self._rate = keep * self._rate + (1 - keep) * (share - self._sampled) / passed
        self._sampled, self._sampled_at = share, now
        self._samples += share > 0

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the end; None as long as they cannot be known."""
        now = self._clock()
        passed = self._sampled_at - self._started
        if not self._started or passed < KNOWN_AFTER_S or self._samples < _LEAST_SAMPLES or self._rate <= 0:
            return None
        rate = self._rate / (1 - math.exp(-passed / MEMORY_S))  # a mean that began at 0
        return max(0.0, (1 - self._sampled) / rate - (now - self._sampled_at))

    def _begin_part(self, units: int, kind: object, seconds: float) -> None:
        self._part, self._part_kind, self._part_s = units, kind, seconds
        self._began_at = (self._points(), self._busy_s())

    def _within(self) -> float:
        """Return how much of the part under way is done, 0 to nearly 1."""
        points = self._points_of.get(self._part_kind, 0)
        if points:
            return min(_NEARLY, (self._points() - self._began_at[0]) / points)
        if self._part_s:
            return _slowing((self._busy_s() - self._began_at[1]) / (self._part_s * self._slowness))
        return 0.0


def _slowing(share: float) -> float:
    """Return a share as it is up to ``_SLOWER_FROM``, then one that nears ``_NEARLY``, without a bend."""
    if share <= _SLOWER_FROM:
        return share
    room = _NEARLY - _SLOWER_FROM
    return _NEARLY - room * math.exp(-(share - _SLOWER_FROM) / room)
