"""What a page learns of its session when its own socket opens it, before the page's script runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bnviz.config.visitor import Visitor

if TYPE_CHECKING:
    from bnviz.live.session import Session

UNCLAIMED_S = 20.0
"""So long a session waits for its page's script while the page's socket is open; it ends at once when that closes."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A session that waits for the script of its page.

    Attributes:
        session: the session.
        view: what the view is told beside the session's names: ``panel``, ``place`` and ``loop``.
        is_new: whether it was opened for a new page, and so ends with it; else it is one that the page had, or its
            successor on a server that was started again.
    """

    session: Session
    view: dict[str, Any]
    is_new: bool

    @property
    def welcome(self) -> str:
        """The first message to the page."""
        session = self.session
        return json.dumps({"welcome": True, "token": session.token, "handle": session.handle, **self.view})


Arrive = Callable[[str, Visitor, bool], Arrival | None]
"""Opens the session of the page with a query, for a visitor; None where only the page's script can. The last argument
tells whether the page is open already and comes back to a server that does not know its session."""
