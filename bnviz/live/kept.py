"""Recordings of runs whose server ends, kept for the return of their owners.

A server that is told to end (SIGTERM, as at a new version) keeps what each browser watched as a recording. The page
connects again to the new server, which finds the recording by the name of the session in the page's address and
the browser's cookie, and shows it. Training begins at step 0 again: optimizers and batches are not kept.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bnviz.config import InputError
from bnviz.config.limits import limits
from bnviz.data.paths import data_dir
from bnviz.files import one_sentence
from bnviz.live.kept_recording import KeptRecording
from bnviz.telemetry import recording
from bnviz.telemetry.history import History, Recording

if TYPE_CHECKING:
    from bnviz.live.session import Session

log = logging.getLogger(__name__)

KEEPING_S = 1.8
"""Most seconds that keeping may take: a server that is told to end is killed if it stays."""
LONGEST_DOWN_S = 3600.0
"""Recordings of a server that was down for longer are deleted; from the start of the new one, the lease counts."""
_STARTED = time.time()


class KeptDamagedError(InputError):
    """What was kept for a visitor cannot be read."""


def keep_runs(sessions: Sequence[Session], within_s: float = KEEPING_S) -> int:
    """Pause all runs at a step that is shown, and keep what their owners watched; those with viewers come first.

    Args:
        sessions: all sessions of the server that ends.
        within_s: what is not kept after so many seconds is lost.

    Returns:
        How many were kept.
    """
    ends = time.monotonic() + within_s
    for session in sessions:  # all are told before the first is waited for
        if session.run is not None and session.run.alive:
            session.run.park()
    worth = [session for session in sessions if session.owner and _is_worth_keeping(session)]
    worth.sort(key=lambda session: (session.latest_messages.viewers > 0, session.last_seen), reverse=True)
    kept = 0
    for session in worth:
        if time.monotonic() > ends:
            log.warning("%d of %d runs could not be kept in %.1f s", len(worth) - kept, len(worth), within_s)
            break
        while session.run is not None and session.run.alive and time.monotonic() < ends:
            time.sleep(0.005)
        with suppress(OSError):  # a full disk loses a recording, and must not hold up the end
            _write(session)
            kept += 1
    return kept


def take(handle: str, owner: str) -> KeptRecording | None:
    """Return the recording that was kept for the owner of a session, and forget it; None if there is none.

    Raises:
        KeptDamagedError: it cannot be read, and is forgotten too.
    """
    path = _path(handle, owner)
    try:
        with one_sentence("the recording that was kept", "a recording of bnviz"):
            found = recording.load(path) if path.is_file() else None
    except InputError as error:
        log.warning("a recording that was kept cannot be read: %s", error)
        raise KeptDamagedError(str(error)) from error
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    if not isinstance(found, Recording):
        return None
    return KeptRecording(*(getattr(found, name) for name in Recording.__dataclass_fields__))


def forget_expired(now: float | None = None) -> None:
    """Delete what was kept for owners who did not return within their lease.

    Args:
        now: present time of ``time.time``; for tests.
    """
    now = time.time() if now is None else now
    for path in _folder().glob("*.npz"):
        with suppress(OSError):
            written = path.stat().st_mtime
            if now - max(written, _STARTED) > limits().forget_s or _STARTED - written > LONGEST_DOWN_S:
                path.unlink()


def _is_worth_keeping(session: Session) -> bool:
    history = session.history
    return bool(history and history.frames) and (
        isinstance(history, KeptRecording) or (session.run is not None and session.run.step > 0)
    )


def _write(session: Session) -> None:
    history: History | None = session.history
    if history is None:
        return
    path = _path(session.handle, session.owner)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    recording.save_quickly(history, path, batches_hashes=list(session.state.batches_hashes))


def _path(handle: str, owner: str) -> Path:
    """Return the file of a session: its name tells nothing to who does not know the browser's secret."""
    return _folder() / f"{hashlib.sha256(repr((owner, handle)).encode()).hexdigest()}.npz"


def _folder() -> Path:
    return data_dir() / "kept"
