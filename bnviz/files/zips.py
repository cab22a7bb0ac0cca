"""Opening zips of unknown origin: the directory is checked before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

from bnviz.config import InputError

# Errors that zipfile and zlib raise for damaged members.
DAMAGED = (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)

_END = b"PK\x05\x06"  # the record at the end of every zip, 22 bytes without a comment
_END64_LOCATOR = b"PK\x06\x07"
_ENTRY_BYTES = 400  # bytes of the directory per member: 46 bytes, the path and the extra fields


def open_zip(file: BinaryIO, label: str, max_members: int, max_bytes: int) -> zipfile.ZipFile:
    """Check the end record of a zip, open it, and check its directory.

    Args:
        file: seekable binary file, at any position.
        label: name of the file in error messages.
        max_members: most members.
        max_bytes: most bytes that all members together may unpack to, according to the directory.

    Raises:
        InputError: the file is not a zip, its members are too many or too large, encrypted or compressed in an unusual
            way, or their paths lead out of the folder.
    """
    _check_end(file, label, max_members)
    try:
        archive = zipfile.ZipFile(file)
    except DAMAGED as error:
        raise InputError(f"{label}: found a damaged zip ({error}), expected a complete one") from error
    members = archive.infolist()
    if len(members) > max_members:
        raise InputError(f"{label}: found {len(members):,} members in the zip, expected at most {max_members:,}")
    total = sum(info.file_size for info in members)
    if total > max_bytes:
        raise InputError(f"{label}: found members that unpack to {_mb(total)}, expected at most {_mb(max_bytes)}")
    if len({info.filename for info in members}) < len(members):
        raise InputError(f"{label}: found two members of one name in the zip, expected different names")
    for info in members:
        _check_member(label, info)
    return archive


def _check_end(file: BinaryIO, label: str, max_members: int) -> None:
    """Refuse a directory that is too large, because zipfile reads it whole."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 42))
    tail = file.read(42)
    file.seek(0)
    end = tail[-22:]
    if len(end) < 22 or not end.startswith(_END) or end[-2:] != b"\0\0":
        raise InputError(f"{label}: found no end of a zip (cut off, or another kind of file), expected a plain zip")
    if tail[:-22].startswith(_END64_LOCATOR):
        raise InputError(f"{label}: found a zip64 archive, expected a plain zip")
    directory_bytes = int.from_bytes(end[12:16], "little")
    if directory_bytes > max_members * _ENTRY_BYTES:
        found = f"a zip directory of {directory_bytes:,} bytes"
        raise InputError(f"{label}: found {found}, expected one of at most {max_members:,} members")


def _check_member(label: str, info: zipfile.ZipInfo) -> None:
    path = PurePosixPath(info.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in info.filename or not info.filename.isprintable():
        raise InputError(f"{label}: found the path {info.filename!r:.80} in the zip, expected paths inside of it")
    if info.flag_bits & 0x1:
        raise InputError(f"{label}: found {info.filename!r:.80} encrypted, expected no password")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InputError(f"{label}: found an unusual compression of {info.filename!r:.80}, expected stored or deflated")


def _mb(n: int) -> str:
    return f"{n / 2**20:,.0f} MB"
