"""Registry: all sessions of this process, the threads and permits that they share, and the end of idle ones."""

from __future__ import annotations

import hmac
import re
import secrets
import time
from functools import cache
from threading import RLock

from bnviz.config import Experiment, InputError
from bnviz.config.limits import Limits, limits
from bnviz.config.visitor import NOBODY, Visitor
from bnviz.data import drop_unused_data, load_dataset, upload_bytes
from bnviz.live.kept import take
from bnviz.live.session import Session
from bnviz.training.heap import HeapKeeper
from bnviz.training.permits import CorePermits
from bnviz.training.reducer import SharedReducers
from bnviz.training.reducer_process import ReducerProcess
from bnviz.training.run import Run
from bnviz.training.run_queue import RunQueue
from bnviz.training.shared import kept_once, shared

_HANDLE = re.compile(r"[\w-]{12}", re.ASCII)
"""What a session may be called: as it calls itself."""


class NoRoomError(InputError):
    """All live views that this server keeps are watched, or all that a visitor may have.

    Attributes:
        limit: how many there may be.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} live views are being watched already; close one, or try again in a while")
        self.limit = limit


class Registry:
    """Returns sessions by token, and ends those without viewers.

    Args:
        permits: what all runs compute under; by default permits of its own.
        given: the limits; by default those of the process.
        process: makes the frames of all runs; by default threads do so.

    Attributes:
        trains: whether sessions may train; those opened while it is False only show recordings.
    """

    def __init__(
        self, permits: CorePermits | None = None, given: Limits | None = None, process: ReducerProcess | None = None
    ) -> None:
        self.trains, self.limits = True, given or limits()
        self._sessions: dict[str, Session] = {}
        self._lock = RLock()
        self._permits = permits or CorePermits()
        self._analysis_permits = CorePermits(1)
        self._run_queue = RunQueue(self.limits.runs, self.limits.runs_per_visitor, self.limits.runs_per_address)
        self._reducer = SharedReducers(process)
        self._heap = HeapKeeper()

    def open(self, token: str | None = None, visitor: Visitor = NOBODY, handle: str = "") -> Session:
        """Return the session of a token, or a new session with this token or a random one.

        Where there are as many as there may be, the one that was watched last longest ago is forgotten for it; a
        session with a viewer never is.

        Args:
            token: the token; None opens a new session.
            visitor: who opens it, and may then resume the session by its handle, if it has a name.
            handle: what a new session is called in the address of its page, where the page had one of a server before
                this; a session of this visitor that is called so already keeps its name for itself.

        Raises:
            NoRoomError: all that could be forgotten are being watched.
        """
        with self._lock:
            token = token or secrets.token_urlsafe(18)
            session = self._sessions.get(token)
            if session is None:
                self._make_room(visitor)
                session = Session(token, self._make_run if self.trains else None, self._analysis_permits, visitor)
                if _HANDLE.fullmatch(handle) and self._named(handle, visitor.name) is None:
                    session.handle = handle
                self._sessions[token] = session
        session.keep_alive()
        return session

    def find(self, token: str) -> Session | None:
        """Return the session of a token; None for an unknown one, so that a guessed token opens nothing."""
        with self._lock:
            return self._sessions.get(token)

    def resume(self, handle: str, owner: str) -> Session | None:
        """Return the session that a reloaded page had, if it is this browser's own and no other page shows it."""
        session = self._named(handle, owner)
        return None if session is None or (session.latest_messages.viewers and not session.awaits_page) else session

    def _named(self, handle: str, owner: str) -> Session | None:
        if not (handle and owner):
            return None
        for session in self.sessions:
            is_own = hmac.compare_digest(session.owner.encode(), owner.encode())
            if is_own and hmac.compare_digest(session.handle.encode(), handle.encode()):
                return session
        return None

    def returned(self, handle: str, visitor: Visitor) -> Session | None:
        """Return a session with the recording that was kept when the server before this one ended, if there is one.

        Raises:
            NoRoomError: as of ``open``.
            KeptDamagedError: it was kept, and cannot be read.
        """
        recorded = take(handle, visitor.name) if handle and visitor.name else None
        if recorded is None:
            return None
        session = self.open(visitor=visitor)
        session.handle = handle  # as in the address of the page
        session.show(recorded, opened=True)
        return session

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
            if away > self.limits.forget_s:
                self.close(session.token)
            elif away > self.limits.unwatched_s:
                session.stop_unwatched()
        left = self.sessions
        training, formers = sum(one.status.is_training for one in left), sum(one.former is not None for one in left)
        drop_unused_data(now)
        self._heap.round(now, len(left), training, formers, len(shared().tasks.tasks), upload_bytes())

    def _make_run(self, experiment: Experiment, session: Session) -> Run:
        name = experiment.base.dataset
        return Run(
            experiment,
            cache(lambda: load_dataset(name, owner=session.visitor.name)),  # its own, even if the file is removed
            session,
            self._permits.of(session.visitor.account or session.token),
            self._run_queue,
            reducer=self._reducer,
            visitor=session.visitor,
        )

    def _drop_formers(self, now: float) -> None:
        kept = [(former.since, session) for session in self.sessions if (former := session.former) is not None]
        kept.sort(key=lambda one: one[0], reverse=True)
        for index, (since, session) in enumerate(kept):
            if index >= self.limits.former_runs or now - since > self.limits.undo_s:
                session.drop_former()

    def _make_room(self, visitor: Visitor) -> None:
        """Forget sessions without viewers until one more may be opened: own ones where a visitor has too many."""
        everyone = list(self._sessions.values())
        mine = [one for one in everyone if visitor.account and one.visitor.account == visitor.account]
        near = [one for one in everyone if visitor.address and one.visitor.address == visitor.address]
        for sessions, limit in (
            (mine, self.limits.sessions_per_visitor),
            (near, self.limits.sessions_per_address),
            (everyone, self.limits.sessions),
        ):
            left = [session for session in sessions if session.token in self._sessions]
            idle = sorted((s for s in left if not s.latest_messages.viewers), key=lambda session: session.last_seen)
            surplus = len(left) - limit + 1
            if surplus > len(idle):
                raise NoRoomError(limit)
            for session in idle[: max(0, surplus)]:
                self.close(session.token)


def registry() -> Registry:
    """Return the registry of this process."""
    return kept_once("registry", lambda: app_registry(shared().permits))


def app_registry(permits: CorePermits | None = None) -> Registry:
    """Return a new registry as the app has it; its process makes the frames, unless the settings forbid it."""
    return Registry(permits, process=ReducerProcess() if limits().reducer_process else None)
