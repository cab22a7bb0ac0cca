"""Files of users: from ``file:NAME`` to a checked path, and from the path to a Dataset."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Hashable
from pathlib import Path

from bnviz.config import InputError
from bnviz.data.dataset import Dataset
from bnviz.data.image_files import files_of_folder, files_of_zip
from bnviz.data.images import load_images
from bnviz.data.limits import MAX_ENTRIES, MAX_FILE_BYTES, MAX_UNPACKED_BYTES
from bnviz.data.npz import load_npz
from bnviz.data.paths import user_dir, visitor_dir
from bnviz.files import one_sentence, open_zip

PREFIX = "file:"
UPLOAD_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}-[0-9a-f]{16}\.(npz|zip)")
"""How an upload is named: its own name, and a hash of its content."""


def resolve(name: str, *, allow_any_path: bool, owner: str = "") -> Path:
    """Return the path of the file or folder ``file:NAME``.

    Args:
        name: the name with its prefix; NAME is an upload of the visitor, or in the ``user`` folder of the data folder.
        allow_any_path: whether NAME may be any path, as on the command line; the app never sets this.
        owner: secret of the visitor's browser; without one, no upload is found.

    Raises:
        InputError: the path leads out of the ``user`` folder, also by links, or does not exist.
    """
    text = name.removeprefix(PREFIX)
    if owner and UPLOAD_NAME.fullmatch(text) and (own := visitor_dir(owner) / text).is_file():
        return own
    base = user_dir().resolve()
    try:
        if allow_any_path and text and (free := Path(text).expanduser()).exists():
            return free.resolve()
        path = (base / text).resolve()
        is_inside, is_there = path != base and path.is_relative_to(base), False
        if is_inside:  # outside of the folder, it stays private whether a path exists
            is_there = path.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"{name}: found no usable path, expected the name of a file") from error
    if not is_inside:
        if allow_any_path:
            raise InputError(f"{name}: found no such file or folder, expected an .npz, a .zip or an image folder")
        raise InputError(f"{name}: found a path outside of the folder for user files, expected a name inside of it")
    if not is_there:
        expected = "one that this browser has uploaded, or that the host has put into the user folder"
        raise InputError(f"{name}: found no such file, expected {expected}")
    return path


def load_user_data(name: str, path: Path, label: str, inside: Path | None = None) -> Dataset:
    """Load an .npz, a .zip of an image folder, or an image folder.

    Args:
        name: name of the data set.
        path: resolved path.
        label: name of the file in error messages.
        inside: folder that links must not lead out of; None follows all links.

    Raises:
        InputError: the file is of another kind, or its content is wrong.
    """
    with one_sentence(label, "a data set: an .npz, or a .zip of an image folder"):
        return _load(name, path, label, inside)


def renamed(found: Dataset, name: str, label: str) -> Dataset:
    """Return a set of the same content under the name of another upload."""
    if found.name == name:
        return found
    former = _source(found.name.removeprefix(PREFIX))
    return found.renamed(name, _source(label) + found.source.removeprefix(former))


def _source(label: str) -> str:
    return f"your file {label}"


def _load(name: str, path: Path, label: str, inside: Path | None) -> Dataset:
    source = _source(label)
    if path.is_dir():
        return load_images(name, label, files_of_folder(path, label, inside), f"your folder {label}")
    _check_file(path, label)
    with path.open("rb") as file:
        if path.suffix.lower() == ".npz":
            return load_npz(name, label, file, source)
        with open_zip(file, label, MAX_ENTRIES, MAX_UNPACKED_BYTES) as archive:
            return load_images(name, label, files_of_zip(archive), source)


def note_use(path: Path, owner: str) -> None:
    """Note that a visitor's own upload is used, so that others make room before it; its content's time is kept."""
    if owner and path.parent == visitor_dir(owner):
        with contextlib.suppress(OSError):
            os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))


def content_key(path: Path, owner: str) -> Hashable | None:
    """Return what all uploads of one content share, whoever sent them; None for other files.

    An upload is named after a hash of its content, and never changes.
    """
    if not owner or path.parent != visitor_dir(owner) or not UPLOAD_NAME.fullmatch(path.name):
        return None
    stem, _, suffix = path.name.rpartition(".")
    try:
        return stem[-16:], suffix, path.stat().st_size
    except OSError as error:
        raise InputError(f"{path.name}: found no readable file ({error.strerror}), expected one") from error


def fingerprint(path: Path, inside: Path | None = None) -> Hashable:
    """Return a value that changes when the file, or a file of the folder, changes."""
    try:
        if path.is_dir():
            files = files_of_folder(path, path.name, inside)
            return str(path), hash(tuple(sorted((f.path, f.nbytes, f.stamp) for f in files)))
        stat = path.stat()
        return str(path), stat.st_mtime_ns, stat.st_size
    except OSError as error:
        raise InputError(f"{path.name}: found no readable file ({error.strerror}), expected one") from error


def _check_file(path: Path, label: str) -> None:
    if not path.is_file():  # a pipe or a device could block indefinitely
        raise InputError(f"{label}: found something that is no file or folder, expected an .npz or a .zip")
    if path.suffix.lower() not in (".npz", ".zip"):
        found = f"the ending {path.suffix!r}"
        raise InputError(f"{label}: found {found}, expected .npz, .zip (of an image folder) or an image folder")
    if path.stat().st_size > MAX_FILE_BYTES:
        found = f"{path.stat().st_size / 2**20:,.0f} MB"
        raise InputError(f"{label}: found {found}, expected at most {MAX_FILE_BYTES / 2**20:,.0f} MB")
