"""A cache of the data sets that were used last, bounded in number and bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from bnviz.data.dataset import Dataset


class DatasetCache:
    """Keeps the most recently used sets. One set is loaded at a time, to save memory; hits never wait for a load.

    Args:
        max_sets: most sets kept.
        max_bytes: most bytes of tensors kept; a larger set is returned but not kept.
    """

    def __init__(self, max_sets: int, max_bytes: int) -> None:
        self._max_sets, self._max_bytes = max_sets, max_bytes
        self._kept: OrderedDict[Hashable, Dataset] = OrderedDict()
        self._lock = threading.Lock()
        self._loading = threading.Lock()

    def get(self, key: Hashable, load: Callable[[], Dataset]) -> Dataset:
        """Return the set of a key, or load and keep it; errors of ``load`` are not kept."""
        found = self._look_up(key)
        if found is not None:
            return found
        with self._loading:
            found = self._look_up(key)  # another thread may have loaded it meanwhile
            if found is None:
                found = load()
                self._keep(key, found)
        return found

    def clear(self) -> None:
        """Remove all sets."""
        with self._lock:
            self._kept.clear()

    def _look_up(self, key: Hashable) -> Dataset | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: Hashable, dataset: Dataset) -> None:
        if dataset.nbytes > self._max_bytes:
            return
        with self._lock:
            self._kept[key] = dataset
            while len(self._kept) > self._max_sets or sum(d.nbytes for d in self._kept.values()) > self._max_bytes:
                self._kept.popitem(last=False)
