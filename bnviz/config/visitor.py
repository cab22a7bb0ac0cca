"""Visitor: whom a computation is for, so that each of them gets an equal share and none takes all."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

VISITOR_COOKIE = "bnviz_visitor"
"""Name of the cookie that holds a browser's secret, the owner of its sessions."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser, as far as it can be told from others.

    Attributes:
        name: its secret, from the cookie; empty if it sends none.
        address: where it comes from, as far as it is known. A proxy is believed if ``FORWARDED_ALLOW_IPS``, a variable
            of uvicorn, names it; by default one on this machine (``bnviz.web.plain_addresses``).
    """

    name: str = ""
    address: str = ""

    @property
    def account(self) -> str:
        """What its shares are counted under; "" if nothing tells it from others, and then no limit of one holds."""
        return self.name or (f"@{self.address}" if self.address else "")


def network_of(address: str) -> str:
    """Return what limits per address count under: an IPv4 address, or the /64 network of an IPv6 address.

    Whoever has one IPv6 address has 2^64 (RFC 4291, section 2.5.4). Text that is no address stands for itself, cut.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))


NOBODY = Visitor()
"""Whom tests, the command line and a script compute for."""
