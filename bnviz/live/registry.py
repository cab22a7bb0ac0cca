"""Registry: all sessions of this process, what they share, and the round that reaps idle ones."""

from __future__ import annotations

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
"""Runs that may train at once; more wait in a queue and see their place."""
MAX_SESSIONS = 256
ORPHAN_AFTER_S = 15.0
FORGET_AFTER_S = 120.0


class Registry:
    """Hands out sessions by token and ends what has no viewers.

    Args:
        max_runs: runs that may train at once.

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

    def open(self, token: str | None = None) -> Session:
        """Return the session of a token, a new one when there is none (with this token, if given)."""
        with self._lock:
            token = token or secrets.token_urlsafe(18)
            session = self._sessions.get(token)
            if session is None:
                self._make_room()
                session = Session(token, self._make_run if self.trains else None, self._analysis_permits)
                self._sessions[token] = session
        session.keep_alive()
        return session

    def find(self, token: str) -> Session | None:
        """Return the session of a token, None when there is none: a stranger's token opens nothing."""
        with self._lock:
            return self._sessions.get(token)

    def close(self, token: str) -> None:
        """End a session and forget it; unknown tokens are fine."""
        with self._lock:
            session = self._sessions.pop(token, None)
        if session is not None:
            session.close()

    def close_all(self) -> None:
        """End all sessions, as the server stops."""
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
        """Make one round: stop runs without viewers, forget sessions whose viewers did not return.

        Args:
            now: the time on the clock of ``time.monotonic``; for tests.
        """
        now = time.monotonic() if now is None else now
        for session in self.sessions:
            if session.outbox.viewers:
                session.keep_alive()
                if session.status.is_training:
                    session.publish_status()
                continue
            away = now - session.last_seen
            if away > FORGET_AFTER_S:
                self.close(session.token)
            elif away > ORPHAN_AFTER_S:
                session.stop_unwatched()

    def _make_run(self, experiment: Experiment, session: Session) -> Run:
        name = experiment.base.dataset
        return Run(
            experiment, lambda: load_dataset(name), session, self._permits, self._run_queue, reducer=self._reducer
        )

    def _make_room(self) -> None:
        while len(self._sessions) >= MAX_SESSIONS:
            idle = [s for s in self._sessions.values() if not s.outbox.viewers] or list(self._sessions.values())
            self.close(min(idle, key=lambda session: session.last_seen).token)


def registry() -> Registry:
    """Return the one registry of this process.

    It is anchored outside our own modules: Streamlit's hot reload replaces those, and runs must outlive it.
    """
    anchor = sys.modules.setdefault("_bnviz_state", types.ModuleType("_bnviz_state"))
    if not hasattr(anchor, "registry"):
        anchor.__dict__.setdefault("registry", Registry())
    found: Registry = anchor.__dict__["registry"]
    return found
