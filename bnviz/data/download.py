"""Downloading one file: streamed to disk, resumed after an interruption, kept only if its checksum is right."""

from __future__ import annotations

import hashlib
import http.client
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from bnviz.files.write import naming

_BLOCK = 2**16
_TIMEOUT_S = 30.0
_MAX_TRIES = 20

Report = Callable[[int], None]


class FetchError(RuntimeError):
    """A data set could not be fetched; the message gives the reason and what is kept on disk."""


class FetchCancelled(FetchError):
    """The download was canceled; the part on disk is kept for the next time."""


def download(urls: Sequence[str], target: Path, md5: str, nbytes: int, report: Report, cancel: threading.Event) -> None:
    """Download a file to ``target.part``, check it, and rename it to ``target``.

    After an interruption, the download resumes with an HTTP Range request, as long as each try receives some bytes.
    After an error or cancellation, the part is kept for a later call; with a wrong checksum it is removed.

    Args:
        urls: addresses of the same file, tried in order.
        target: path of the complete file; its folder exists.
        md5: expected checksum.
        nbytes: expected size; more is never written.
        report: called with the number of bytes on disk so far.
        cancel: stops the download between two blocks.

    Raises:
        FetchCancelled: ``cancel`` was set.
        FetchError: no address works, or the checksum is wrong.
    """
    part = target.with_name(target.name + ".part")
    if not (target.is_file() and _md5(target) == md5):
        target.unlink(missing_ok=True)
        _complete(urls, part, nbytes, report, cancel)
        found = _md5(part)
        if found != md5:
            part.unlink()
            message = f"found checksum {found}, expected {md5}; what came was removed, please try again"
            raise FetchError(f"{target.name}: {message}")
        part.replace(target)
    report(nbytes)


def _complete(urls: Sequence[str], part: Path, nbytes: int, report: Report, cancel: threading.Event) -> None:
    """Download until the part has its full size."""
    why = "no address"
    for url in urls:
        for _ in range(_MAX_TRIES):
            before = _size(part)
            if before == nbytes:
                return
            try:
                _receive(url, part, nbytes, report, cancel)
                why = "the connection broke off"
            except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
                if isinstance(error, urllib.error.HTTPError):
                    error.close()
                    if error.code == 416:  # the file has no bytes after the part, so the part is of another file
                        part.unlink(missing_ok=True)
                why = str(getattr(error, "reason", "") or error or type(error).__name__)
            if _size(part) == nbytes:
                return
            if _size(part) <= before:
                break  # nothing was received: try the next address
    got = f"{_size(part) / 1e6:.1f} of {nbytes / 1e6:.1f} MB are here"
    host = ", ".join(url.split("/")[2] for url in urls)
    message = f"found no way to fetch it from {host} ({why}); {got}, the next try resumes there"
    raise FetchError(f"{part.stem}: {message}")


def _receive(url: str, part: Path, nbytes: int, report: Report, cancel: threading.Event) -> None:
    """Append the response of one request to the part; start over if the server cannot resume."""
    start = _size(part)
    if start > nbytes:
        part.unlink()
        start = 0
    headers = {"Accept-Encoding": "identity", "User-Agent": "bnviz"}
    if start:
        headers["Range"] = f"bytes={start}-"
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the addresses are constants of bnviz
    with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:  # noqa: S310
        resumes = response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {start}-")
        if start and not resumes:
            start = 0
        with part.open("ab" if start else "wb") as file:
            while True:
                if cancel.is_set():
                    raise FetchCancelled(f"{part.stem}: stopped; the {start / 1e6:.1f} MB that came are kept")
                block = response.read(_BLOCK)
                if not block:
                    return
                start += len(block)
                if start > nbytes:
                    raise OSError(f"more came than the {nbytes:,} bytes expected")
                with naming(part):
                    file.write(block)
                report(start)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
