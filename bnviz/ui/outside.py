"""This machine among others: it asks none for anything, and has an address by which those in the room find it."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit, urlunsplit

import streamlit as st
from streamlit import net_util


def ask_nobody() -> None:
    """Keep Streamlit from asking a server of Amazon for this machine's address in the Internet.

    Streamlit 1.67 does so when it starts without a browser of its own and without ``server.address``, to print one line
    more, and again in its event loop whenever a socket comes from a page under another name: without a network,
    everybody waited for seconds then, as often as a stranger liked. A page under another name is one that
    ``server.corsAllowedOrigins`` or ``browser.serverAddress`` names.
    """
    net_util.get_external_ip = _unknown


def _unknown() -> str | None:
    return None


def reachable(url: str) -> str | None:
    """Return the address of a page as other machines in this network find it; None if they cannot.

    Args:
        url: the address by which the visitor's browser found it; only one of this machine alone is changed.
    """
    parts = urlsplit(url)
    if not _is_here(parts.hostname or ""):
        return url
    listens_to = st.config.get_option("server.address")
    here = net_util.get_internal_ip() or ""  # it sends nothing
    if (listens_to and _is_here(listens_to)) or _is_here(here):
        return None
    there = here if parts.port is None else f"{here}:{parts.port}"
    return urlunsplit(parts._replace(netloc=there, path=parts.path or "/"))


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "")
