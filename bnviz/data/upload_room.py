"""Room for uploads: how much one visitor, one address and all of them may keep, and whose goes for a new one."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from bnviz.config import InputError
from bnviz.config.limits import limits
from bnviz.config.server_key import signature
from bnviz.data.paths import user_dir, visitors_dir
from bnviz.data.user_files import UPLOAD_NAME

INCOMING = ".incoming-"
"""Beginning of the name of a file that is still arriving."""
NETWORK = ".network"
"""In a visitor's folder: where the visitor came from last, signed, so that the disk tells no address."""

_STALE_S = 3600.0


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload that is kept.

    Attributes:
        path: its file, in the folder of its visitor.
        nbytes: its size.
        used: when it was sent or loaded last, ns.
        network: what its visitor's folder notes.
    """

    path: Path
    nbytes: int
    used: int
    network: str = ""


def make_room(folder: Path, kept: str, size: int, label: str, network: str = "") -> None:
    """Remove uploads until one more fits; files of the host are never touched.

    First within the visitor's own, then among those from the same address, then among all. There, what was not used for
    longest goes, of the visitor who has most, at the address that has most: a newcomer finds room, and who fills all
    places loses them again.

    Args:
        folder: where the new one will be: a visitor's folder, or that of the host for all.
        kept: its name there; one of the same name is replaced and not counted.
        size: its bytes.
        label: its name in error messages.
        network: where its visitor comes from, as of ``bnviz.config.visitor.network_of``.

    Raises:
        InputError: it is larger than what may be kept.
    """
    allowed, is_shared = limits(), folder == user_dir()
    every, mine = (allowed.uploads, allowed.uploads_mb), (allowed.uploads_per_visitor, allowed.upload_mb_per_visitor)
    near = allowed.uploads_per_address, allowed.upload_mb_per_address
    most = every[1] if is_shared else min(every[1], mine[1], near[1])
    if size > most * 10**6:
        whose = "in all" if is_shared else "for one visitor"
        raise InputError(f"{label}: found {size / 10**6:,.0f} MB, expected at most {most:,} MB {whose}")
    if is_shared:
        _shed(list(_uploads_in(folder, kept)), every, size)
        return
    remove_forgotten()
    _shed(list(_uploads_in(folder, kept)), mine, size)
    if network:
        tag = signature(network)
        (folder / NETWORK).write_text(tag, encoding="ascii")
        _shed([one for one in _all_but(folder / kept) if one.network == tag], near, size)
    _shed(_all_but(folder / kept), every, size)


def remove_forgotten() -> None:
    """Remove the uploads of visitors who have been away for longer than allowed, and what never arrived whole."""
    now = time.time()
    for folder in visitors_dir().glob("*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_mtime < now - 3600 * limits().upload_hours:
                shutil.rmtree(folder)
    for path in (*visitors_dir().glob(f"*/{INCOMING}*"), *user_dir().glob(f"{INCOMING}*")):
        with contextlib.suppress(OSError):
            if path.lstat().st_mtime < now - _STALE_S:
                path.unlink()


def _shed(uploads: list[Upload], most: tuple[int, int], size: int) -> None:
    """Remove some until one more of a size fits beside them; ``most`` is how many there may be, and megabytes."""
    while uploads:
        are_many = len(uploads) >= most[0]
        if not are_many and size + sum(one.nbytes for one in uploads) <= most[1] * 10**6:
            return
        near = _largest(uploads, lambda one: one.network, are_many)
        gone = min(_largest(near, lambda one: str(one.path.parent), are_many), key=lambda one: one.used)
        gone.path.unlink(missing_ok=True)
        uploads.remove(gone)


def _largest(uploads: Sequence[Upload], of: Callable[[Upload], str], are_counted: bool) -> list[Upload]:
    """Return the uploads of whoever has most of them, or most bytes; of equals, of who has not used one for longest."""
    groups = defaultdict[str, list[Upload]](list)
    for one in uploads:
        groups[of(one)].append(one)

    def rank(group: list[Upload]) -> tuple[int, int]:
        return sum(1 if are_counted else one.nbytes for one in group), -min(one.used for one in group)

    return max(groups.values(), key=rank)


def _all_but(path: Path) -> list[Upload]:
    """Return the uploads of all visitors but one file."""
    return [one for folder in visitors_dir().glob("*") for one in _uploads_in(folder) if one.path != path]


def _uploads_in(folder: Path, kept: str = "") -> Iterator[Upload]:
    network = ""
    with contextlib.suppress(OSError, ValueError):
        network = (folder / NETWORK).read_text(encoding="ascii")
    for path in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(OSError):
            stat = path.lstat()
            if UPLOAD_NAME.fullmatch(path.name) and path.name != kept and S_ISREG(stat.st_mode):
                yield Upload(path, stat.st_size, max(stat.st_mtime_ns, stat.st_atime_ns), network)
