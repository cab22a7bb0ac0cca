"""Which data sets there are, and the one way to load each."""

from __future__ import annotations

from bnviz.config import InputError
from bnviz.data.cache import DatasetCache
from bnviz.data.dataset import Dataset
from bnviz.data.digits import load_digits
from bnviz.data.limits import CACHE_BYTES, CACHE_SETS
from bnviz.data.toy import TOYS, load_toy

BUNDLED = ("mnist", "mnist-binary")
_CACHE = DatasetCache(CACHE_SETS, CACHE_BYTES)


def dataset_names() -> tuple[str, ...]:
    """Return the names of all data sets but the user's own files."""
    return (*BUNDLED, *TOYS)


def load_dataset(name: str) -> Dataset:
    """Load a data set by name."""
    if name in BUNDLED:
        return _CACHE.get(name, lambda: load_digits(name))
    if name in TOYS:
        return _CACHE.get(name, lambda: load_toy(name))
    raise InputError(f"unknown data set {name!r}; known are {', '.join(dataset_names())} and file:NAME")
