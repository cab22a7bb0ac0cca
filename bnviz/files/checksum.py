"""Checksums of what a long computation keeps while it runs, so that damage is noticed, named and computed again."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bnviz.files.write import atomic

VERSION = 2
"""Version of the format; in version 1 nothing had a checksum."""

CHECK = "check"
_MAGIC = b"bnviz sealed "
_LONGEST_HEAD = 128
log = logging.getLogger(__name__)


class Damaged(Exception):
    """A file or a line is not what was written; the text says what was found."""


def seal(content: bytes) -> bytes:
    """Return content behind a line with the version of the format and the SHA-256 of the content."""
    return _MAGIC + f"{VERSION} {hashlib.sha256(content).hexdigest()}\n".encode() + content


def unseal(sealed: bytes) -> bytes:
    """Return the content that ``seal`` was given; raises Damaged if a single bit of it is another one."""
    head, end, content = sealed[:_LONGEST_HEAD].partition(b"\n")
    words = head.removeprefix(_MAGIC).split(b" ")
    if not head.startswith(_MAGIC) or not end or len(words) != 2 or not words[0].isdigit():
        raise Damaged("found no version and checksum at its start")
    content = sealed[len(head) + 1 :]
    _check_version(words[0].decode())
    if words[1] != hashlib.sha256(content).hexdigest().encode():
        raise Damaged("found other content than its checksum is of")
    return content


def is_sealed(content: bytes) -> bool:
    """Return whether content begins as ``seal`` writes it."""
    return content.startswith(_MAGIC)


def checked_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON object with its checksum, ``{..., "check": "2:0123456789abcdef"}``."""
    plain = json.loads(json.dumps(row))  # as it will be read: keys are text, tuples are lists
    return {**plain, CHECK: f"{VERSION}:{_sum(plain)}"}


def verified_row(row: object) -> tuple[dict[str, Any], bool]:
    """Return a JSON object without its checksum, and whether it had one, as all since version 2.

    Raises:
        Damaged: it is no object, or another one than was written.
    """
    if not isinstance(row, dict):
        raise Damaged("found no JSON object")
    plain = {name: value for name, value in row.items() if name != CHECK}
    if CHECK not in row:
        return plain, False
    version, _, digest = str(row[CHECK]).partition(":")
    _check_version(version)
    if digest != _sum(plain):
        raise Damaged("found other values than its checksum is of")
    return plain, True


def put_aside(path: Path, reason: Damaged | str, again: str) -> None:
    """Rename a damaged file, so that nothing is lost, and say so in the log, which the command line prints.

    Args:
        path: the file; it becomes ``<name>.damaged``, or ``<name>.damaged-2`` beside another.
        reason: what was found.
        again: what is computed again, for example "this unit starts again".
    """
    kept = aside_of(path)
    try:
        path.rename(kept)
        done = f"it was put aside as {kept.name}"
    except OSError as error:
        done = f"it could not be put aside ({error.strerror})"
    log.warning("%s is damaged: %s; %s, and %s", path, reason, done, again)


def aside_of(path: Path) -> Path:
    """Return a name beside a file that no file has yet."""
    kept, n = path.with_name(f"{path.name}.damaged"), 2
    while kept.exists():
        kept, n = path.with_name(f"{path.name}.damaged-{n}"), n + 1
    return kept


def write_sealed(content: bytes, path: Path) -> None:
    """Write sealed content whole or not at all; the folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic(path) as part:
        part.write_bytes(seal(content))


def _check_version(text: str) -> None:
    if text != str(VERSION):
        raise Damaged(f"found version {text:.20} of its format, expected {VERSION}")


def _sum(row: Mapping[str, Any]) -> str:
    text = json.dumps(row, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
