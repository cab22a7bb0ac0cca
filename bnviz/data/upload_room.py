"""Room for uploads: how much one visitor and all of them may keep, and what makes room for a new one."""

from __future__ import annotations

import contextlib
import shutil
import time
from pathlib import Path

from bnviz.config import InputError
from bnviz.config.limits import limits
from bnviz.data.limits import MAX_USER_BYTES, MAX_USER_FILES
from bnviz.data.paths import visitors_dir
from bnviz.data.user_files import UPLOAD_NAME

INCOMING = ".incoming-"
"""Beginning of the name of a file that is still arriving."""

_STALE_S = 3600.0


def make_room(folder: Path, kept: str, size: int, label: str, *, is_shared: bool) -> None:
    """Remove uploads of a folder, the oldest first, until one more fits; files of the host are never touched.

    Args:
        folder: where the new one will be.
        kept: its name there; one of the same name is replaced and not counted.
        size: its bytes.
        label: its name in error messages.
        is_shared: whether the folder is that of every visitor.

    Raises:
        InputError: it does not fit beside what belongs to other visitors, which is never removed for it.
    """
    most, left = (MAX_USER_FILES, MAX_USER_BYTES) if is_shared else _left_for_visitor(folder, size, label)
    uploads, now = list[tuple[int, int, Path]](), time.time()
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            stat = path.lstat()
            if path.name.startswith(INCOMING) and now - stat.st_mtime > _STALE_S:
                path.unlink()
            elif UPLOAD_NAME.fullmatch(path.name) and path.is_file() and not path.is_symlink() and path.name != kept:
                uploads.append((-stat.st_mtime_ns, stat.st_size, path))
    total = size
    for count, (_, nbytes, path) in enumerate(sorted(uploads), 2):
        total += nbytes
        if count > most or total > left:
            path.unlink(missing_ok=True)


def remove_forgotten() -> None:
    """Remove the uploads of visitors who have been away for longer than the limits allow."""
    oldest = time.time() - 3600 * limits().upload_hours
    for folder in visitors_dir().glob("*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder)


def _left_for_visitor(folder: Path, size: int, label: str) -> tuple[int, int]:
    """Return how many uploads, and bytes, a visitor may have beside what others have."""
    allowed, megabytes = limits(), size / 10**6
    if size > allowed.upload_mb_per_visitor * 10**6:
        expected = f"at most {allowed.upload_mb_per_visitor:,} MB for one visitor"
        raise InputError(f"{label}: found {megabytes:,.0f} MB, expected {expected}")
    remove_forgotten()
    others = [_bytes_of(path) for path in visitors_dir().glob("*/*") if path.parent != folder]
    left = allowed.uploads_mb * 10**6 - sum(others)
    if len(others) >= allowed.uploads or size > left:
        found = f"{len(others):,} uploads of other visitors with {sum(others) / 10**6:,.0f} MB"
        expected = f"at most {allowed.uploads:,} with {allowed.uploads_mb:,} MB in all; try again later"
        raise InputError(f"{label}: found {found}, expected {expected}")
    return allowed.uploads_per_visitor, min(left, allowed.upload_mb_per_visitor * 10**6)


def _bytes_of(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.lstat().st_size
    return 0
