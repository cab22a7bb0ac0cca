"""``bnviz.export``: a recording as one HTML file."""

from __future__ import annotations

import os
from pathlib import Path

from bnviz.config import InputError
from bnviz.files.write import atomic
from bnviz.standalone.page import page
from bnviz.telemetry import recording
from bnviz.telemetry.history import History


def export(source: object, target: str | os.PathLike[str], title: str | None = None) -> Path:
    """Write a recording as one HTML file that opens from the disk: no server, no network, no installation.

    ::

        bnviz.export(watcher.history, "run.html")
        bnviz.export("run.npz", "run.html", title="ResNet-50, the third try")

    The page is the app's live view with what was recorded: it plays, scrubs and switches panels, in light and dark, in
    English and Chinese. Its address names the moment that is seen (``run.html#panel=gradients&step=300``).
    Anyone who has the file can read all that is in the recording.

    Args:
        source: a History, a Watcher, or the path of a recording.
        target: the file to write; an existing one is replaced.
        title: heading of the page; by default the watched model's name or those of the networks.

    Returns:
        The path that was written.

    Raises:
        InputError: the source is no recording, or the target cannot be a file.
    """
    history = history_of(source)
    path = Path(target)
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise InputError(f"expected a file in a folder that exists, got {os.fspath(target)!r:.80}")
    text = page(history, title)
    with atomic(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
    return path


def history_of(source: object) -> History:
    """Return the history in what a user hands over: a History, what has one (a Watcher), or the path of a recording.

    Raises:
        InputError: it is none of these.
    """
    if isinstance(source, (str, os.PathLike)):
        return recording.load(source)
    found = source if isinstance(source, History) else getattr(source, "history", None)
    if not isinstance(found, History):
        raise InputError(f"expected a history, a watcher or the path of a recording, got {type(source).__name__}")
    return found
