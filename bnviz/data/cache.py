"""A cache of data sets: one copy of each, however many runs train on it."""

from __future__ import annotations

import gc
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from weakref import WeakValueDictionary

from bnviz.config import InputError
from bnviz.data.dataset import Dataset


@dataclass(slots=True)
class _Kept:
    """A set that is kept, and when it was asked for last (``time.monotonic``)."""

    dataset: Dataset
    used: float


class DatasetCache:
    """Keeps the most recently used sets, and finds those that are in use elsewhere, kept or not.

    One set is loaded at a time, to save memory; hits never wait for a load.

    Args:
        max_sets: most sets kept.
        max_bytes: most bytes of tensors kept; a larger set is returned but not kept.
        keep_s: seconds after which a set that was not asked for is no longer kept, see ``drop_unused``.
    """

    def __init__(self, max_sets: int, max_bytes: int, keep_s: float = float("inf")) -> None:
        self._max_sets, self._max_bytes, self._keep_s = max_sets, max_bytes, keep_s
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._in_use: WeakValueDictionary[Hashable, Dataset] = WeakValueDictionary()
        self._lock = threading.Lock()
        self._loading = threading.Lock()

    def get(self, key: Hashable, load: Callable[[], Dataset], most: int | None = None, label: str = "") -> Dataset:
        """Return the set of a key, or load and keep it; errors of ``load`` are not kept.

        Args:
            key: of the set.
            load: returns it.
            most: most bytes of all sets that are in use, this one included; None for no limit.
            label: name of the file in error messages.

        Raises:
            InputError: with this set, more would be in use.
        """
        found = self._look_up(key)
        if found is not None:
            return found
        with self._loading:
            found = self._look_up(key)  # another thread may have loaded it meanwhile
            if found is None:
                self._make_room(1, most, label)
                found = load()
                self._make_room(found.nbytes, most, label)
                self._keep(key, found)
        return found

    def clear(self) -> None:
        """Keep none of the sets."""
        with self._lock:
            self._kept.clear()

    def drop_unused(self, now: float | None = None) -> None:
        """Keep no set that was not asked for lately; one that a run trains on stays where it is.

        Args:
            now: present time of ``time.monotonic``; for tests.
        """
        now = time.monotonic() if now is None else now
        with self._lock:
            for key in [key for key, kept in self._kept.items() if now - kept.used > self._keep_s]:
                del self._kept[key]

    @property
    def nbytes(self) -> int:
        """Bytes of all sets that are in memory, kept here or in use elsewhere."""
        with self._lock:
            return sum(dataset.nbytes for dataset in self._in_use.values())

    def _look_up(self, key: Hashable) -> Dataset | None:
        with self._lock:
            found = self._in_use.get(key)
            if found is not None:
                self._note_use(key, found)
            return found

    def _keep(self, key: Hashable, dataset: Dataset) -> None:
        with self._lock:
            self._in_use[key] = dataset
            self._note_use(key, dataset)

    def _note_use(self, key: Hashable, dataset: Dataset) -> None:
        if dataset.nbytes > self._max_bytes:
            return
        self._kept[key] = _Kept(dataset, time.monotonic())
        self._kept.move_to_end(key)
        while len(self._kept) > self._max_sets or self._kept_bytes > self._max_bytes:
            self._kept.popitem(last=False)

    @property
    def _kept_bytes(self) -> int:
        return sum(kept.dataset.nbytes for kept in self._kept.values())

    def _make_room(self, nbytes: int, most: int | None, label: str) -> None:
        """Raise InputError if so many more bytes are too many, even without the sets that are in use nowhere else."""
        if most is None or self.nbytes + nbytes <= most:
            return
        self.clear()
        gc.collect()  # a run that has ended, and its session, refer to each other
        if (used := self.nbytes) + nbytes > most:
            found = f"{used / 1e6:,.0f} MB of uploaded data in use on this server"
            with_it = f" and {nbytes / 1e6:,.0f} MB in this file" if nbytes > 1 else ""
            expected = f"at most {most / 1e6:,.0f} MB together; try again when other runs have ended"
            raise InputError(f"{label}: found {found}{with_it}, expected {expected}")
