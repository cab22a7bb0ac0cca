"""ThinnedList: the first items all, the others evenly thinned, the newest always."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class ThinnedList(Generic[T]):
    """A list of bounded length that items are appended to without end.

    When it is full, every second item after the first ones is dropped, and only every second, fourth, ... of the
    later ones is kept, so that what remains is evenly spaced over the appends.

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

    def append(self, item: T) -> None:
        """Add the newest item; older ones may be dropped."""
        self._newest = item
        if len(self._first) < self._n_first:
            self._first.append(item)
            return
        if self._n_later % self._stride == 0:
            self._rest.append(item)
            if len(self._first) + len(self._rest) >= self._capacity:
                self._rest = self._rest[::2]
                self._stride *= 2
        self._n_later += 1

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
