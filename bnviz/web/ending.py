"""The end of the server: within five seconds, whatever viewers and runs do."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

VIEWERS_S = 1.5
"""So long viewers may take to answer that their socket closes; a browser that is frozen never does."""
CLOSING_S = 2.5
"""So long the end of all runs may take: one that is in a long step is left to the end of the process."""


def uvicorn_config() -> Any | None:  # noqa: ANN401 - of whatever server runs the app
    """Return the configuration of uvicorn, if it is the server.

    It is found by its handler of SIGTERM, which it sets before anything else.
    """
    return getattr(getattr(signal.getsignal(signal.SIGTERM), "__self__", None), "config", None)


def bound_goodbyes() -> None:
    """Let uvicorn wait for its connections only for a while; by default it waits for the last one without end."""
    config = uvicorn_config()
    if config is not None and getattr(config, "timeout_graceful_shutdown", 0) is None:
        config.timeout_graceful_shutdown = VIEWERS_S


async def run_bounded(close: Callable[[], None], within_s: float = CLOSING_S) -> None:
    """Run what closes all in a thread of its own, since those of asyncio may be busy, and wait for it so long."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="bnviz-close")
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(pool, close), within_s)
    pool.shutdown(wait=False)
