"""Registry: all sessions of this process, the threads and permits that they share, and the end of idle ones."""

from __future__ import annotations

import hmac
import secrets
import sys
import time
import types
from threading import RLock

from bnviz.config import Experiment
from bnviz.data import load_dataset
from bnviz.live.session import Session
from bnviz.training.permits import CorePermits, RunQueue
from bnviz.training.reducer import ReducerThread
from bnviz.training.run import Run

MAX_RUNS = 32
"""Most runs that train at once; others wait in a queue and show their position."""
MAX_SESSIONS = 256
UNWATCHED_AFTER_S = 15.0
"""After so long without a viewer, the threads of a session end; its arms are parked."""
FORGET_AFTER_S = 120.0
"""After so long without a viewer, a session is forgotten with its run, its former run and its histories."""
MAX_FORMER = 64
"""Most runs of this process that are kept for *Undo*, one a session; the oldest restarts go first."""
FORMER_FOR_S = 1800.0
"""So long after a restart its former run can be brought back."""


class Registry:
    """Returns sessions by token, and ends those without viewers.

    Args:
        max_runs: most runs that train at once.

    Attributes:
        trains: whether sessions may train; those opened while it is False only show recordings.
    """

    def __init__(self, max_runs: int = MAX_RUNS) -> None:
        self.trains = True
        self._sessions: dict[str, Session] = {}
        self._lock = RLock()
        self._permits = CorePermits()
        self._analysis_permits = CorePermits(1)
        self._run_queue = RunQueue(max_runs)
        self._reducer = ReducerThread()

    def open(self, token: str | None = None, owner: str = "") -> Session:
        """Return the session of a token, or a new session with this token or a random one.

        Args:
            token: the token; None opens a new session.
            owner: secret of the browser, which may then resume the session by its handle; empty: none may.
        """
        with self._lock:
            token = token or secrets.token_urlsafe(18)
            session = self._sessions.get(token)
            if session is None:
                self._close_oldest()
                session = Session(token, self._make_run if self.trains else None, self._analysis_permits, owner)
                self._sessions[token] = session
        session.keep_alive()
        return session

    def find(self, token: str) -> Session | None:
        """Return the session of a token; None for an unknown one, so that a guessed token opens nothing."""
        with self._lock:
            return self._sessions.get(token)

    def resume(self, handle: str, owner: str) -> Session | None:
        """Return the session that a reloaded page had, if it is this browser's own and no other page shows it."""
        if not (handle and owner):
            return None
        for session in self.sessions:
            is_own = hmac.compare_digest(session.owner.encode(), owner.encode())
            if is_own and hmac.compare_digest(session.handle.encode(), handle.encode()):
                return None if session.latest_messages.viewers else session
        return None

    def close(self, token: str) -> None:
        """End a session and forget it, if there is one of this token."""
        with self._lock:
            session = self._sessions.pop(token, None)
        if session is not None:
            session.close()

    def close_all(self) -> None:
        """End all sessions; called when the server stops."""
        with self._lock:
            sessions = list(self._sessions.values())
            self._sessions.clear()
        for session in sessions:
            session.close(wait_s=1.0)
        self._reducer.close()

    @property
    def sessions(self) -> list[Session]:
        """All sessions, oldest first."""
        with self._lock:
            return list(self._sessions.values())

    def reap_idle(self, now: float | None = None) -> None:
        """Stop runs without viewers, and forget sessions whose viewers did not return.

        Args:
            now: present time of ``time.monotonic``; for tests.
        """
        now = time.monotonic() if now is None else now
        self._drop_formers(now)
        for session in self.sessions:
            if session.latest_messages.viewers:
                session.keep_alive()
                if session.status.is_training:
                    session.publish_status()
                continue
            away = now - session.last_seen
            if away > FORGET_AFTER_S:
                self.close(session.token)
            elif away > UNWATCHED_AFTER_S:
                session.stop_unwatched()

    def _make_run(self, experiment: Experiment, session: Session) -> Run:
        name = experiment.base.dataset
        return Run(
            experiment, lambda: load_dataset(name), session, self._permits, self._run_queue, reducer=self._reducer
        )

    def _drop_formers(self, now: float) -> None:
        kept = [(former.since, session) for session in self.sessions if (former := session.former) is not None]
        kept.sort(key=lambda one: one[0], reverse=True)
        for index, (since, session) in enumerate(kept):
            if index >= MAX_FORMER or now - since > FORMER_FOR_S:
                session.drop_former()

    def _close_oldest(self) -> None:
        while len(self._sessions) >= MAX_SESSIONS:
            idle = [s for s in self._sessions.values() if not s.latest_messages.viewers] or list(
                self._sessions.values()
            )
            self.close(min(idle, key=lambda session: session.last_seen).token)


def registry() -> Registry:
    """Return the registry of this process.

    It is kept outside of bnviz's modules, because Streamlit's hot reload replaces those, and runs must survive it.
    """
    anchor = sys.modules.setdefault("_bnviz_state", types.ModuleType("_bnviz_state"))
    if not hasattr(anchor, "registry"):
        anchor.__dict__.setdefault("registry", Registry())
    found: Registry = anchor.__dict__["registry"]
    return found
