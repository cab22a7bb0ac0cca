"""Uploads: checked completely, then moved into the user folder under a name with a hash of the content."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import tempfile
import threading
import time
from pathlib import Path
from typing import BinaryIO

from bnviz.config import InputError
from bnviz.data.limits import MAX_FILE_BYTES, MAX_USER_BYTES, MAX_USER_FILES
from bnviz.data.paths import user_dir
from bnviz.data.user_files import PREFIX, load_user_data

_LOCK = threading.Lock()  # one upload is checked at a time, because each may need a few hundred MB
_UPLOAD_NAME = re.compile(r".+-[0-9a-f]{16}\.(npz|zip)")
_INCOMING = ".incoming-"
_STALE_S = 3600.0
_BLOCK = 2**20


def save_upload(filename: str, content: bytes | BinaryIO) -> str:
    """Check an upload, keep it, and return its name, for example ``file:digits-0123456789abcdef.npz``.

    Equal content under the same name is kept once; different content never overwrites another file. At most 50 uploads
    and 2 GB are kept, and the oldest are removed first. Other files in the folder are not touched.

    Args:
        filename: name of the file; only its letters, digits, - and _ are kept.
        content: the bytes, or a binary stream of them.

    Raises:
        InputError: the file is too large, is not a data set, or cannot be stored; nothing is kept then.
    """
    label = filename.replace("\\", "/").rpartition("/")[2][-100:] or "upload"
    stem, dot, suffix = label.rpartition(".")
    suffix = suffix.lower() if dot else ""
    if suffix not in ("npz", "zip"):
        raise InputError(f"{label!r:.80}: found the ending {suffix!r:.80}, expected .npz or .zip (of an image folder)")
    label = label if label.isprintable() else f"upload.{suffix}"
    clean = re.sub(r"[^A-Za-z0-9_-]+", "-", stem)[:40].strip("-") or "data"
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    try:
        return PREFIX + _keep(stream, clean, suffix, label)
    except OSError as error:
        expected = "a whole file, and a data folder that can be written"
        raise InputError(f"{label}: found no way to keep it ({error}), expected {expected}") from error


def _keep(stream: BinaryIO, clean: str, suffix: str, label: str) -> str:
    """Receive and check a file, move it into place, remove the oldest; return its name in the user folder."""
    folder = user_dir()
    folder.mkdir(parents=True, exist_ok=True)
    with _LOCK:
        incoming, digest = _receive(stream, folder, suffix, label)
        kept = f"{clean}-{digest[:16]}.{suffix}"
        try:
            load_user_data(PREFIX + kept, incoming, label)
            incoming.replace(folder / kept)
        finally:
            incoming.unlink(missing_ok=True)
        _remove_oldest(folder, folder / kept)
    return kept


def user_files() -> tuple[str, ...]:
    """Return the names of all user files and folders, which all users of a server share."""
    folder = user_dir()
    if not folder.is_dir():
        return ()
    return tuple(PREFIX + p.name for p in sorted(folder.iterdir()) if not p.name.startswith("."))


def _receive(stream: BinaryIO, folder: Path, suffix: str, label: str) -> tuple[Path, str]:
    """Write the stream to a hidden file in the folder; return its path and its SHA-256."""
    digest, total = hashlib.sha256(), 0
    handle, text = tempfile.mkstemp(prefix=_INCOMING, suffix=f".{suffix}", dir=folder)
    path = Path(text)
    try:
        with os.fdopen(handle, "wb") as file:
            while block := stream.read(_BLOCK):
                total += len(block)
                if total > MAX_FILE_BYTES:
                    limit = f"{MAX_FILE_BYTES / 2**20:,.0f} MB"
                    raise InputError(f"{label}: found more than {limit}, expected at most {limit}")
                digest.update(block)
                file.write(block)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path, digest.hexdigest()


def _remove_oldest(folder: Path, newest: Path) -> None:
    """Remove the oldest uploads beyond the limits, and incomplete files that a crash left."""
    os.utime(newest)
    uploads = []
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            stat = path.lstat()
            if path.name.startswith(_INCOMING) and time.time() - stat.st_mtime > _STALE_S:
                path.unlink()
            elif _UPLOAD_NAME.fullmatch(path.name) and path.is_file() and not path.is_symlink():
                uploads.append((path != newest, -stat.st_mtime_ns, stat.st_size, path))
    total = 0
    for rank, (_, _, size, path) in enumerate(sorted(uploads)):
        total += size
        if rank >= MAX_USER_FILES or total > MAX_USER_BYTES:
            path.unlink(missing_ok=True)
