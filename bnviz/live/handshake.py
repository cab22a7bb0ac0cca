"""How a socket begins: what the browser offers, whose page it is, and what the server's refusals mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

SUBPROTOCOL = "bnviz"
"""What the browser offers before the token, and what the server answers."""
WELCOME = '{"welcome": true}'
"""The first message to a viewer that is served."""
NEW = "new"
"""What a page offers in the place of a token when its script has not run yet: a session is opened for its address."""
MAX_MESSAGE = 8192
"""Length of the longest message of a browser, in bytes, however many fragments it comes in."""

UNKNOWN_TOKEN, FOREIGN_ORIGIN, TOO_MANY, TOO_LONG, NOT_TEXT = 4404, 4403, 4429, 1009, 1003
"""Codes with which the server closes; what the view does then is in ``assets/live/socket.js``."""

_USUAL_PORTS = {"http": ":80", "https": ":443"}


def token_of(offered: Sequence[str]) -> str:
    """Return the token of the session that a browser asks for: its second subprotocol; empty if there is none.

    In this header it stands in no address, and so in no proxy's log.
    """
    return offered[1] if len(offered) == 2 and offered[0] == SUBPROTOCOL else ""


def same_origin(headers: Mapping[str, str], origins: Collection[str] = ()) -> bool:
    """Return whether a socket was opened by a page of ours; clients other than browsers have no Origin.

    A proxy that changes Host may send the browser's value in X-Forwarded-Host, a header that a page cannot set on a
    socket; or whoever hosts the app names its origin. Headers are what a stranger wrote: a malformed one is refused
    like a foreign one, and never raises.

    Args:
        headers: the headers of the request, by names in lower case.
        origins: such as "https://class.example".
    """
    origin = headers.get("origin")
    if origin is None or origin.lower() in {each.strip().lower().rstrip("/") for each in origins}:
        return True
    scheme, separator, name = origin.strip().lower().partition("://")
    usual = _USUAL_PORTS.get(scheme)
    if not separator or not name or usual is None:
        return False
    hosts = (headers.get("host", ""), *headers.get("x-forwarded-host", "").split(","))
    return name.removesuffix(usual) in {host.strip().lower().removesuffix(usual) for host in hosts if host.strip()}
