"""ThinnedList: the first items all, the others evenly thinned, the newest always."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class ThinnedList(Generic[T]):
    """A list of bounded length that items are appended to without end.

    When it is full, each item that is kept takes the place of an older one: of those after the first ones, every second
    is dropped, the oldest first. Once none is left to drop, only every second, fourth, ... append is kept, and it
    begins again. So a full list stays as long as it is, and the memory of many histories does not rise and fall. What
    remains is evenly spaced over the appends, the older part at most twice as wide as the newer one.

    Args:
        first: items at the beginning that are always kept.
        capacity: most items kept, the newest aside; more than ``first``.
    """

    def __init__(self, first: int, capacity: int) -> None:
        if capacity <= first:
            raise ValueError(f"capacity must be more than first, got {capacity} and {first}")
        self._n_first, self._capacity = first, capacity
        self._first: list[T] = []
        self._rest: list[T] = []
        self._newest: T | None = None
        self._stride = 1
        self._n_later = 0
        self._next_dropped = 1
        self._is_full = False

    def append(self, item: T) -> None:
        """Add the newest item; older ones may be dropped."""
        self._newest = item
        if len(self._first) < self._n_first:
            self._first.append(item)
            return
        if self._n_later % self._stride == 0:
            self._rest.append(item)
            if len(self._first) + len(self._rest) >= self._capacity:
                self._drop_one()
        self._n_later += 1

    def _drop_one(self) -> None:
        if self._next_dropped < len(self._rest):  # else there is room for a single one
            del self._rest[self._next_dropped]
            self._is_full = True
        self._next_dropped += 1
        if self._next_dropped >= len(self._rest):
            self._stride, self._next_dropped = 2 * self._stride, 1

    @property
    def fullness(self) -> float:
        """Length over the greatest length, 0..1; 1 once items were dropped: from then on the length stays."""
        return 1.0 if self._is_full else (len(self._first) + len(self._rest)) / self._capacity

    @property
    def newest(self) -> T | None:
        """The item that was appended last, or None."""
        return self._newest

    def items(self) -> list[T]:
        """Return the kept items in the order of their appends."""
        kept = self._first + self._rest
        if self._newest is not None and (not kept or kept[-1] is not self._newest):
            kept.append(self._newest)
        return kept
