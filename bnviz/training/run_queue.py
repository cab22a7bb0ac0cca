"""RunQueue: how many runs compute at once, in all and for one visitor; the others wait in line."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Condition

from bnviz.config.visitor import NOBODY, Visitor


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    run: object
    visitor: Visitor


class RunQueue:
    """Limits the number of runs that compute at once; the others wait in the order of their arrival.

    A visitor who has as many as one may have waits for an own run to end, and lets others pass.

    Args:
        limit: most runs that compute at once.
        per_visitor: of these, most of one visitor; None: no limit.
        per_address: of these, most from one address; None: no limit.
    """

    def __init__(self, limit: int, per_visitor: int | None = None, per_address: int | None = None) -> None:
        if limit < 1:
            raise ValueError(f"limit must be at least 1, got {limit}")
        self._limit = limit
        self._per_visitor, self._per_address = per_visitor or limit, per_address or limit
        self._changed = Condition()
        self._entries: list[_Entry] = []

    def enter(self, run: object, visitor: Visitor = NOBODY) -> None:
        """Add a run at the end, unless it is in the queue."""
        with self._changed:
            if not any(entry.run is run for entry in self._entries):
                self._entries.append(_Entry(run, visitor))

    def leave(self, run: object) -> None:
        """Remove a run; those after it move up."""
        with self._changed:
            self._entries = [entry for entry in self._entries if entry.run is not run]
            self._changed.notify_all()

    def position(self, run: object) -> int:
        """Return 0 if the run may compute, otherwise its position (1 is next); -1 if it is not in the queue."""
        with self._changed:
            places, waiting = _Places(self._limit, self._per_visitor, self._per_address), 0
            for entry in self._entries:
                admitted = places.take(entry.visitor)
                waiting += not admitted
                if entry.run is run:
                    return 0 if admitted else waiting
            return -1

    def counts(self, visitor: Visitor = NOBODY) -> tuple[int, int, int]:
        """Return how many runs are in the queue, computing or not: in all, of a visitor, and from its address."""
        with self._changed:
            others = [entry.visitor for entry in self._entries]
        mine = sum(bool(visitor.account) and other.account == visitor.account for other in others)
        near = sum(bool(visitor.address) and other.address == visitor.address for other in others)
        return len(others), mine, near

    def wait_turn(self, run: object, timeout_s: float) -> bool:
        """Wait until the run may compute; returns False after timeout_s seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self.position(run) == 0, timeout_s)


class _Places:
    """Places that are left, in all and for each visitor and address."""

    def __init__(self, limit: int, per_visitor: int, per_address: int) -> None:
        self._left, self._per = limit, (per_visitor, per_address)
        self._taken: dict[tuple[int, str], int] = {}

    def take(self, visitor: Visitor) -> bool:
        """Take a place; returns False if there is none for this visitor."""
        keys = [(kind, name) for kind, name in enumerate((visitor.account, visitor.address)) if name]
        if self._left < 1 or any(self._taken.get(key, 0) >= self._per[key[0]] for key in keys):
            return False
        self._left -= 1
        for key in keys:
            self._taken[key] = self._taken.get(key, 0) + 1
        return True
