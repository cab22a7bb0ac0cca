"""Fetching a public data set: download, check, unpack to a temporary folder, move into place."""

from __future__ import annotations

import gzip
import shutil
import tarfile
import threading
import zlib
from pathlib import Path
from typing import IO

from bnviz.config import InputError
from bnviz.data.download import FetchError, download
from bnviz.data.paths import data_dir
from bnviz.data.public import PUBLIC, PublicSet
from bnviz.progress import ProgressCallback, no_progress

_MAX_UNPACKED = 2**28  # bytes of one file; the largest is MNIST's training images with 47 MB
_BUSY: set[str] = set()
_BUSY_LOCK = threading.Lock()


def fetch(name: str, progress: ProgressCallback | None = None, cancel: threading.Event | None = None) -> None:
    """Fetch a public data set into the data folder, unless it is there.

    Args:
        name: "cifar10", "cifar100", "mnist-full" or "fashion-mnist".
        progress: called with (bytes so far, bytes in all), from this thread.
        cancel: stops the download, which resumes from there next time.

    Raises:
        InputError: there is no such public data set.
        FetchCancelled: ``cancel`` was set.
        FetchError: the network, the checksum or the disk failed; no part of the set is then in its place.
    """
    if name not in PUBLIC:
        raise InputError(f"{name!r:.80} is nothing to fetch; known are {', '.join(PUBLIC)}")
    spec = PUBLIC[name]
    with _BUSY_LOCK:
        if name in _BUSY:
            raise FetchError(f"{name}: is being fetched already")
        _BUSY.add(name)
    try:
        if not spec.is_here():
            _fetch(name, spec, progress or no_progress, cancel or threading.Event())
    finally:
        with _BUSY_LOCK:
            _BUSY.discard(name)


def _fetch(name: str, spec: PublicSet, progress: ProgressCallback, cancel: threading.Event) -> None:
    staging = data_dir() / ".fetch" / name
    try:
        staging.mkdir(parents=True, exist_ok=True)
        _check_room(name, spec, staging)
        done = 0
        for file in spec.remote:
            urls = [mirror + file.filename for mirror in spec.mirrors]

            def report(n: int, before: int = done) -> None:
                progress(before + n, spec.download_bytes)

            download(urls, staging / file.filename, file.md5, file.nbytes, report, cancel)
            done += file.nbytes
        _unpack(spec, staging)
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise FetchError(f"{name}: could not be stored in the data folder ({error})") from error
    shutil.rmtree(staging, ignore_errors=True)


def _check_room(name: str, spec: PublicSet, folder: Path) -> None:
    needed, free = 4 * spec.download_bytes, shutil.disk_usage(folder).free
    if free < needed:
        found = f"{free / 1e6:,.0f} MB free in the data folder"
        raise FetchError(f"{name}: found {found}, expected {needed / 1e6:,.0f} MB to fetch and unpack it")


def _unpack(spec: PublicSet, staging: Path) -> None:
    """Unpack the needed files to a temporary folder, then move the whole folder into place."""
    unpacked = staging / "unpacked"
    shutil.rmtree(unpacked, ignore_errors=True)
    unpacked.mkdir()
    for file in spec.remote:
        source = staging / file.filename
        if source.name.endswith(".tar.gz"):
            _untar(source, unpacked, {f"{spec.folder}/{wanted}" for wanted in spec.files})
        else:
            with gzip.open(source, "rb") as packed, (unpacked / source.name.removesuffix(".gz")).open("wb") as out:
                _copy(packed, out)
    missing = [file for file in spec.files if not (unpacked / file).is_file()]
    if missing:
        raise tarfile.TarError(f"the archive holds no {', '.join(missing)}")
    target = data_dir() / spec.folder
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():  # it is incomplete: complete sets are not fetched again
        shutil.rmtree(target)
    unpacked.replace(target)


def _untar(source: Path, folder: Path, wanted: set[str]) -> None:
    with tarfile.open(source, "r:gz") as archive:
        for member in archive:
            if member.name in wanted and member.isreg():
                stream = archive.extractfile(member)
                if stream is not None:
                    with stream, (folder / Path(member.name).name).open("wb") as out:
                        _copy(stream, out)


def _copy(source: gzip.GzipFile | IO[bytes], out: IO[bytes]) -> None:
    total = 0
    while block := source.read(2**20):
        total += len(block)
        if total > _MAX_UNPACKED:
            raise OSError(f"a file unpacks to more than {_MAX_UNPACKED:,} bytes")
        out.write(block)
