"""Permission to compute: permits for time slices, granted so that every visitor gets the same share."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock, local

from bnviz.config.limits import limits

SLICE_S = 0.05
"""Longest time that a run keeps a permit, in seconds, while others wait."""

LEAST_SLICE_S, ROUND_S = 0.005, 0.08
"""Where many wait, slices are shorter, so that each has its turn every so many seconds: a frame a turn is what a
visitor sees move. A turn needs a step or two at least: what a run left in the caches is gone when it comes back."""

RETURNS_S = 0.1
"""A run that gave its permit back so short a time ago is about to ask for the next one."""

SHORT_S = 0.4e-3
"""A layer's step, forward and backward, that takes a core less time than this consists of kernels so short that two
threads hand Python's lock to and fro more than they compute: at width 100 it takes 0.2 ms, and two threads on two cores
make 345 steps per second where one makes 472; at width 300 it takes 0.7 ms, and two make 205 where one makes 145."""

_MOST_ACCOUNTS = 1000
_inside = local()


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not everywhere
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(slots=True, eq=False)
class _Ticket:
    """A thread that waits for a permit, or holds one.

    Attributes:
        account: whom it computes for.
        is_short: whether its kernels are short, see ``SHORT_S``.
        is_beside: whether it goes on beside a run, see ``CorePermits.beside``.
        stop: set when it waits no more.
        ready: set once it was granted a permit, or was told to look at ``stop``.
        granted_at: when it got the permit (``time.perf_counter``); 0 while it waits.
    """

    account: str
    is_short: bool
    is_beside: bool
    stop: Event
    ready: Event = field(default_factory=Event)
    granted_at: float = 0.0


class _Pool:
    """What all holders of permits share: free permits, the line, and how long each account has computed.

    The next permit goes to the account with the least time so far (start-time fair queueing: Goyal, Vin and Cheng,
    1996), within it to the thread that waits longest. An account that comes back after a rest begins with the least
    time that an account in the line had at the last grant, so that no rest is saved up.
    """

    def __init__(self, count: int) -> None:
        self.count = self.free = count
        self.lock = Lock()
        self.waiting: list[_Ticket] = []
        self.returned: deque[float] = deque()  # times at which slices ended whose runs may come again
        self.outside = 0
        self._used: dict[str, float] = {}
        self._now = 0.0  # least time of the accounts in line, at the last grant
        self._short = 0  # holders whose kernels are short
        self.beside = 0  # permits that runs do not have, but what goes on beside them

    def join(self, ticket: _Ticket) -> None:
        """Put a thread in line; it may get a permit at once."""
        with self.lock:
            self._used[ticket.account] = max(self._used.get(ticket.account, 0.0), self._now)
            self.waiting.append(ticket)
            self._grant()

    def leave(self, ticket: _Ticket) -> None:
        """Take a thread that got no permit out of the line."""
        with self.lock:
            if ticket in self.waiting:
                self.waiting.remove(ticket)
            self._grant()

    def give_back(self, ticket: _Ticket) -> None:
        """Take a permit back and charge the time to its account."""
        with self.lock:
            self.free += 1
            self._short -= ticket.is_short
            self.beside -= ticket.is_beside
            self._charge(ticket)
            self.returned.append(time.monotonic())
            if len(self._used) > _MOST_ACCOUNTS:
                waiting = {other.account for other in self.waiting} | {ticket.account}
                self._used = {k: used for k, used in self._used.items() if used > self._now or k in waiting}
            self._grant()

    def goes_on(self, ticket: _Ticket) -> bool:
        """Return whether a holder whose slice is over is the next one again: all that wait have computed longer."""
        with self.lock:
            self._charge(ticket)
            mine, taken = self._used[ticket.account], self._short - ticket.is_short
            others = [other for other in self.waiting if not (other.is_short and taken)]
            return bool(others) and all(self._used[other.account] > mine for other in others)

    def give_back_spare(self) -> None:
        """Take a spare permit back."""
        with self.lock:
            self.free += 1
            self.beside -= 1
            self._grant()

    def take_spare(self) -> bool:
        """Take a permit that nothing else needs, if there is one."""
        with self.lock:
            while self.returned and time.monotonic() - self.returned[0] > RETURNS_S:
                self.returned.popleft()
            # None is, either, while a thread waits only for another one with short kernels: in a class, the core that
            # these leave makes frames and answers, and surfaces would be half of all that is computed.
            is_spare = not self.waiting and self.free > self.outside + len(self.returned)
            self.free -= is_spare
            self.beside += is_spare
            return is_spare

    def wake(self) -> None:
        """Send threads whose stop is set out of the line."""
        with self.lock:
            for ticket in self.waiting:
                if ticket.stop.is_set():
                    ticket.ready.set()

    def _charge(self, ticket: _Ticket) -> None:
        now = time.perf_counter()
        self._used[ticket.account] = self._used.get(ticket.account, self._now) + now - ticket.granted_at
        ticket.granted_at = now

    def _eligible(self) -> list[_Ticket]:
        return [ticket for ticket in self.waiting if not (ticket.is_short and self._short)]

    def _grant(self) -> None:
        while self.free > 0 and (line := self._eligible()):
            ticket = min(line, key=lambda each: self._used[each.account])  # of equals, the first in line
            # Not the time of the one that is served: what computes on the other core may have had far more than those
            # who wait, and all who come back would be given that.
            self._now = max(self._now, min(self._used[each.account] for each in self.waiting))
            self.waiting.remove(ticket)
            self.free -= 1
            self._short += ticket.is_short
            self.beside += ticket.is_beside
            if self.returned:
                self.returned.popleft()
            ticket.granted_at = time.perf_counter()
            ticket.ready.set()


class CorePermits:
    """A fixed number of permits, granted fairly: to the account that has computed least, then first come, first served.

    ``threading.Semaphore`` guarantees no order. With the runs of a whole class on two cores, some would starve.

    Args:
        count: most threads that compute at once; by default the setting ``permits``, or one per core.

    Attributes:
        count: the same.
        is_short: whether what computes under this account has short kernels (``SHORT_S``): such threads take turns.
    """

    def __init__(
        self, count: int | None = None, *, _pool: _Pool | None = None, _account: str = "", _is_beside: bool = False
    ) -> None:
        self._pool = _pool or _Pool(count or limits().permits or usable_cores())
        self.count = self._pool.count
        self.is_short = False
        self._account, self._is_beside = _account, _is_beside
        self._layer_s = 0.0

    def of(self, account: str) -> CorePermits:
        """Return the same permits, asked for in the name of an account."""
        return CorePermits(_pool=self._pool, _account=account)

    def beside(self, what: str) -> CorePermits:
        """Return the same permits for what goes on beside the rest of this account and must not take its turns."""
        return CorePermits(_pool=self._pool, _account=f"{self._account} {what}", _is_beside=True)

    @contextmanager
    def time_slice(self, stop: Event) -> Iterator[bool]:
        """Wait for a permit and hold it inside the block; yields False if ``stop`` was set instead.

        After ``stop`` is set, ``wake`` must be called.
        """
        ticket = self._acquire(stop)
        before = getattr(_inside, "ticket", None)
        _inside.ticket = ticket
        try:
            yield ticket is not None
        finally:
            _inside.ticket = before
            if ticket is not None:
                self._pool.give_back(ticket)

    @contextmanager
    def spare(self) -> Iterator[bool]:
        """Hold a permit inside the block if there is one that nothing else needs; yields False otherwise, at once.

        None is spare while a thread waits for one. A run that trains gives its permit back after each slice and asks
        again; until ``RETURNS_S`` have passed, that permit is not spare.
        """
        granted = self._pool.take_spare()
        try:
            yield granted
        finally:
            if granted:
                self._pool.give_back_spare()

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Count the calling thread, if it computes without a permit: ``spare`` leaves it a core."""
        counted = getattr(_inside, "ticket", None) is None
        with self._pool.lock:
            self._pool.outside += counted
        try:
            yield
        finally:
            with self._pool.lock:
                self._pool.outside -= counted

    @property
    def slice_s(self) -> float:
        """Seconds after which a thread that holds a permit passes it on, as things are now."""
        return min(SLICE_S, max(LEAST_SLICE_S, ROUND_S / (self.n_waiting + 1)))

    def goes_on(self) -> bool:
        """Return whether the calling thread, whose slice is over while others wait, would get the next one again.

        So those with short slices get their share of the time beside one whose single step takes longer than a slice.
        """
        ticket: _Ticket | None = getattr(_inside, "ticket", None)
        return ticket is not None and self._pool.goes_on(ticket)

    def note_kernels(self, seconds: float, layers: int) -> None:
        """Note that so many steps of layers took a core so many seconds; it decides ``is_short``."""
        if layers > 0:
            each = seconds / layers
            # Two threads beside each other make all steps longer: the quickest ones tell, the others only slowly.
            quicker = self._layer_s == 0 or each < self._layer_s
            self._layer_s = each if quicker else 0.98 * self._layer_s + 0.02 * each
            self.is_short = self._layer_s < SHORT_S

    @property
    def contended(self) -> bool:
        """Whether a thread waits for a permit."""
        return bool(self._pool.waiting)

    @property
    def n_free(self) -> int:
        """Number of permits that are not in use."""
        return self._pool.free

    @property
    def n_without_run(self) -> int:
        """Number of permits that no run has: those that are free, and those of what goes on beside runs."""
        return self._pool.free + self._pool.beside

    @property
    def n_waiting(self) -> int:
        """Number of threads that wait for a permit."""
        return len(self._pool.waiting)

    def wake(self) -> None:
        """Make waiting threads check their stop events."""
        self._pool.wake()

    def _acquire(self, stop: Event) -> _Ticket | None:
        ticket = _Ticket(self._account, self.is_short, self._is_beside, stop)
        self._pool.join(ticket)
        ticket.ready.wait()
        if not stop.is_set():
            return ticket
        if ticket.granted_at:
            self._pool.give_back(ticket)
        else:
            self._pool.leave(ticket)
        return None
