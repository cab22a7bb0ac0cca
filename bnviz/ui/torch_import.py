"""Whether torch can be imported, since the server starts without it."""

from __future__ import annotations

from importlib import import_module


def why_not() -> str | None:
    """Return why torch cannot be imported, or None if it can.

    The error that ended a page need not say it: where two pages import at once, one of them fails over a name that a
    half-imported module of ours does not have.
    """
    try:
        import_module("torch")
    except Exception as error:  # a broken library raises what it likes
        return str(error).rstrip(".")
    return None
