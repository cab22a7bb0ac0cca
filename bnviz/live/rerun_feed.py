"""RerunFeed: what a rerun of the page hands to the view where websockets are blocked."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from bnviz.live import wire
from bnviz.live.latest_messages import Cursor
from bnviz.live.packing import joined

if TYPE_CHECKING:
    from bnviz.live.session import Session

REPEAT_S = 2.0
"""So long the same bytes are handed over where there is nothing new: a browser that is busy draws only some of them."""


class RerunFeed:
    """The bytes of one rerun after another, for one view.

    A browser draws only the newest bytes: what came in the rerun before may be gone unseen. A frame is followed by
    another one. But the word that a run has paused is the last one: without it, the view showed a run that trains, for
    good. So the last bytes stay until they are old, and a state that they held goes along with newer messages.

    Args:
        now: seconds of a monotonic clock.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._cursor = Cursor()
        self._head, self._bytes, self._handed_at = b"", b"", 0.0
        self._status: bytes | None = None

    def next(self, session: Session) -> bytes:
        """Return what the rerun hands over: the session's token and generation, then messages, each with its length."""
        messages = session.pending(self._cursor)
        head = json.dumps([session.token, self._cursor.generation]).encode()
        is_old = self._now() - self._handed_at > REPEAT_S or head != self._head
        if not messages and not is_old:
            return self._bytes
        status = next((each for each in messages if wire.kind_of(each) == wire.STATUS), None)
        if messages and status is None and not is_old and self._status is not None:
            messages = [*messages, self._status]
        elif status is not None or is_old:
            self._status = status
        self._head, self._bytes = head, joined((head, *messages))
        if messages:
            self._handed_at = self._now()
        return self._bytes
