"""The catalog of data sets: their names, their status, and how to load them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bnviz.config import InputError
from bnviz.config.limits import limits
from bnviz.data.cache import DatasetCache
from bnviz.data.dataset import Dataset
from bnviz.data.digits import MNIST_FILE, load_digits
from bnviz.data.limits import CACHE_BYTES, CACHE_SETS, CACHE_USER_BYTES, CACHE_USER_SETS, KEEP_FETCHED_S, KEEP_USER_S
from bnviz.data.paths import data_dir, user_dir, visitor_dir
from bnviz.data.public import PUBLIC, load_public
from bnviz.data.toy import TOYS, load_toy
from bnviz.data.user_files import PREFIX, content_key, fingerprint, load_user_data, note_use, renamed, resolve

BUNDLED = ("mnist", "mnist-binary")
# Three caches, because each loads one set at a time: a slow file of a user must not delay the digits.
_BUILT_IN_CACHE = DatasetCache(CACHE_SETS, CACHE_BYTES)
_FETCHED_CACHE = DatasetCache(CACHE_SETS, CACHE_BYTES, KEEP_FETCHED_S)
_USER_CACHE = DatasetCache(CACHE_USER_SETS, CACHE_USER_BYTES, KEEP_USER_S)


@dataclass(frozen=True, slots=True)
class DataStatus:
    """Whether a data set can be loaded, and its size.

    Attributes:
        state: "bundled", "generated", "here" or "not fetched"; of a file "yours", which only this visitor sees, or
            "shared" with everyone.
        megabytes: size on disk; of the download for "not fetched"; 0 for "generated". 1 MB = 10^6 bytes.
    """

    state: str
    megabytes: float


def dataset_names() -> tuple[str, ...]:
    """Return the names of all data sets except files of the user."""
    return (*BUNDLED, *TOYS, *PUBLIC)


def load_dataset(name: str, *, allow_any_path: bool = False, owner: str = "") -> Dataset:
    """Load a data set. The last few are cached, so the tensors must not be changed.

    Args:
        name: one of ``dataset_names()``, or ``file:NAME`` for an .npz, a .zip or an image folder of the user.
        allow_any_path: whether ``file:`` may open any path, as on the command line; otherwise it only opens files in
            the ``user`` folder of the data folder, and uploads of the visitor.
        owner: secret of the visitor's browser.

    Raises:
        InputError: the data set is unknown, not fetched yet, or malformed; or runs train on too many uploads already.
    """
    if name.startswith(PREFIX):
        return _load_file(name, resolve(name, allow_any_path=allow_any_path, owner=owner), allow_any_path, owner)
    if name in BUNDLED:
        return _BUILT_IN_CACHE.get(name, lambda: load_digits(name))
    if name in TOYS:
        return _BUILT_IN_CACHE.get(name, lambda: load_toy(name))
    if name in PUBLIC:
        return _FETCHED_CACHE.get((name, data_dir()), lambda: load_public(name))
    raise _unknown(name)


def _load_file(name: str, path: Path, allow_any_path: bool, owner: str) -> Dataset:
    note_use(path, owner)
    inside = None if allow_any_path else user_dir().resolve()
    most = None if allow_any_path else limits().upload_memory_mb * 10**6
    key = content_key(path, owner) or (name, inside, fingerprint(path, inside))
    found = _USER_CACHE.get(key, lambda: load_user_data(name, path, path.name, inside), most, path.name)
    return renamed(found, name, path.name)


def drop_unused_data(now: float | None = None) -> None:
    """Let go of fetched sets and of uploads that were not asked for lately and that no run trains on.

    Args:
        now: present time of ``time.monotonic``; for tests.
    """
    _FETCHED_CACHE.drop_unused(now)
    _USER_CACHE.drop_unused(now)


def upload_bytes() -> int:
    """Return the memory of all files of users that runs train on or that were asked for lately, in bytes."""
    return _USER_CACHE.nbytes


def data_status(name: str, owner: str = "") -> DataStatus:
    """Return the status of a data set without loading it; raises InputError for unknown names.

    Args:
        name: name of the data set.
        owner: secret of the visitor's browser.
    """
    if name in BUNDLED:
        return DataStatus("bundled", MNIST_FILE.stat().st_size / 1e6)
    if name in TOYS:
        return DataStatus("generated", 0.0)
    if name in PUBLIC:
        spec = PUBLIC[name]
        if spec.is_here():
            return DataStatus("here", spec.bytes_on_disk() / 1e6)
        return DataStatus("not fetched", spec.download_bytes / 1e6)
    if name.startswith(PREFIX):
        path = resolve(name, allow_any_path=False, owner=owner)
        files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
        state = "yours" if owner and path.parent == visitor_dir(owner) else "shared"
        return DataStatus(state, sum(p.stat().st_size for p in files) / 1e6)
    raise _unknown(name)


def _unknown(name: str) -> InputError:
    return InputError(f"unknown data set {name!r:.80}; known are {', '.join(dataset_names())} and file:NAME")
