"""Uploads: decoded once, completely, then moved into their visitor's folder under a name with a hash of the content."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import tempfile
import threading
from pathlib import Path
from typing import BinaryIO

from bnviz.config import InputError
from bnviz.data.image_files import files_of_zip
from bnviz.data.images import image_arrays
from bnviz.data.limits import MAX_ENTRIES, MAX_FILE_BYTES, MAX_UNPACKED_BYTES
from bnviz.data.paths import user_dir, visitor_dir
from bnviz.data.upload_room import INCOMING, make_room
from bnviz.data.user_files import PREFIX, UPLOAD_NAME, load_user_data
from bnviz.files import one_sentence, open_zip, write_npz
from bnviz.progress import ProgressCallback, no_progress

_LOCK = threading.Lock()  # room is made and taken in one; decoding, which may take long, is outside of it
_BLOCK = 2**20


def save_upload(
    filename: str,
    content: bytes | BinaryIO,
    owner: str | None = None,
    network: str = "",
    progress: ProgressCallback = no_progress,
) -> str:
    """Check an upload, keep it, and return its name, for example ``file:digits-0123456789abcdef.npz``.

    Equal content under the same name is kept once; different content never overwrites another file. An upload belongs
    to its visitor: only with the secret of the same browser it is listed and opened. Where there are more than the
    limits allow, ``make_room`` says whose makes room. Images are decoded here, as long as that may take, and kept as
    arrays, so that no run ever decodes them again.

    Args:
        filename: name of the file; only its letters, digits, - and _ are kept.
        content: the bytes, or a binary stream of them.
        owner: secret of the visitor's browser; None for the folder that every visitor sees.
        network: where the visitor comes from, for limits per address; "" if unknown.
        progress: called between two images, and may raise to end it: nothing is kept then.

    Raises:
        InputError: the file is too large, is not a data set, or cannot be stored; nothing is kept then.
    """
    label = filename.replace("\\", "/").rpartition("/")[2][-100:] or "upload"
    stem, dot, suffix = label.rpartition(".")
    suffix = suffix.lower() if dot else ""
    if suffix not in ("npz", "zip"):
        raise InputError(f"{label!r:.80}: found the ending {suffix!r:.80}, expected .npz or .zip (of an image folder)")
    label = label if label.isprintable() else f"upload.{suffix}"
    if owner == "":
        raise InputError(f"{label}: found no cookie of this browser, expected one: an upload belongs to its browser")
    clean = re.sub(r"[^A-Za-z0-9_-]+", "-", stem)[:40].strip("-") or "data"
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    try:
        return PREFIX + _keep(stream, (clean, suffix, label), owner, network, progress)
    except OSError as error:
        expected = "a whole file, and a data folder that can be written"
        raise InputError(f"{label}: found no way to keep it ({error}), expected {expected}") from error


def remove_upload(name: str, owner: str) -> bool:
    """Remove a visitor's own upload; return whether there was one.

    Args:
        name: as ``save_upload`` returned it.
        owner: secret of the visitor's browser.
    """
    text = name.removeprefix(PREFIX)
    if not (owner and UPLOAD_NAME.fullmatch(text)):
        return False
    try:
        (visitor_dir(owner) / text).unlink()
    except OSError:
        return False
    return True


def _keep(
    stream: BinaryIO, naming: tuple[str, str, str], owner: str | None, network: str, progress: ProgressCallback
) -> str:
    """Receive and decode a file, make room for it, move it into place; return its name in its folder.

    ``naming`` is its clean name, its ending, and its name in error messages; the rest is that of ``save_upload``.
    """
    clean, suffix, label = naming
    folder = user_dir() if owner is None else visitor_dir(owner)
    folder.mkdir(parents=True, exist_ok=True)
    incoming, digest = _receive(stream, folder, suffix, label)
    decoded = incoming.with_suffix(".npz")
    try:
        if suffix == "zip":
            with one_sentence(label, "a .zip of an image folder"):
                _decode(incoming, decoded, label, progress)
        kept = f"{clean}-{digest[:16]}.npz"
        load_user_data(PREFIX + kept, decoded, label)
        with _LOCK:
            make_room(folder, kept, decoded.stat().st_size, label, network)
            decoded.replace(folder / kept)
    finally:
        for path in (incoming, decoded):
            path.unlink(missing_ok=True)
    return kept


def _decode(archive: Path, target: Path, label: str, progress: ProgressCallback) -> None:
    """Write the images of a zip as the arrays of a data set."""
    with archive.open("rb") as file, open_zip(file, label, MAX_ENTRIES, MAX_UNPACKED_BYTES) as opened:
        arrays, _ = image_arrays(label, files_of_zip(opened), progress)
    with target.open("wb") as out:
        write_npz(arrays, out, compressed=False)


def user_files(owner: str = "") -> tuple[str, ...]:
    """Return the names of the files that a visitor sees: the own uploads, then the shared files and folders.

    Args:
        owner: secret of the visitor's browser; without one, only shared files are seen.
    """
    own = visitor_dir(owner) if owner else None
    if own is not None and own.is_dir():
        with contextlib.suppress(OSError):
            os.utime(own)  # its visitor is here
    folders = [folder for folder in (own, user_dir()) if folder is not None and folder.is_dir()]
    names = [p.name for folder in folders for p in sorted(folder.iterdir()) if not p.name.startswith(".")]
    return tuple(dict.fromkeys(PREFIX + name for name in names))


def _receive(stream: BinaryIO, folder: Path, suffix: str, label: str) -> tuple[Path, str]:
    """Write the stream to a hidden file in the folder; return its path and its SHA-256."""
    digest, total = hashlib.sha256(), 0
    handle, text = tempfile.mkstemp(prefix=INCOMING, suffix=f".{suffix}", dir=folder)
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
