"""Visitor: whom a computation is for, so that each of them gets an equal share and none takes all."""

from __future__ import annotations

from dataclasses import dataclass

VISITOR_COOKIE = "bnviz_visitor"
"""Name of the cookie that holds a browser's secret, the owner of its sessions."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser, as far as it can be told from others.

    Attributes:
        name: its secret, from the cookie; empty if it sends none.
        address: where it comes from, as far as it is known. A proxy is believed if ``FORWARDED_ALLOW_IPS``, a variable
            of uvicorn, names it; by default that is 127.0.0.1, which a server that listens to all addresses knows as
            ::ffff:127.0.0.1.
    """

    name: str = ""
    address: str = ""

    @property
    def account(self) -> str:
        """What its shares are counted under; "" if nothing tells it from others, and then no limit of one holds."""
        return self.name or (f"@{self.address}" if self.address else "")


NOBODY = Visitor()
"""Whom tests, the command line and a script compute for."""
