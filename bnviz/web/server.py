"""What ``st.App`` is given: our routes, our middleware and what runs while the server does."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from itertools import count
from threading import Thread
from typing import TYPE_CHECKING, Any

from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from bnviz.config.limits import limits
from bnviz.live.arrival import Arrive
from bnviz.live.handshake import MAX_MESSAGE
from bnviz.training.heap import bound_heaps
from bnviz.web.asset_files import AssetFiles
from bnviz.web.bad_requests import with_our_refusals
from bnviz.web.compression import CompressedFiles
from bnviz.web.ending import bound_goodbyes, run_bounded, uvicorn_config
from bnviz.web.headers import SecurityHeaders
from bnviz.web.health import health_routes
from bnviz.web.last_resort import LastResort
from bnviz.web.no_delay import set_no_delay, with_no_delay
from bnviz.web.open_pages import LONGEST_MESSAGE, OURS, STREAM, OpenPages
from bnviz.web.pages import OurPages
from bnviz.web.plain_addresses import PlainAddresses
from bnviz.web.small_fonts import SmallFonts
from bnviz.web.small_messages import SmallMessages
from bnviz.web.strangers_log import calm_the_log
from bnviz.web.upload_limits import FileStore, UploadLimits
from bnviz.web.visitor_cookie import VisitorCookie

if TYPE_CHECKING:
    from bnviz.live.registry import Registry

log = logging.getLogger(__name__)

_ROUND_S = 1.0
_TIDY_ROUNDS = 60
"""So many rounds of the janitor between two looks at the disk."""
_FIRST_ANSWERS_S = 0.2
"""So long after its start the server only answers: importing torch, a second, would hold up the first pages."""
_COMPILER_ROUNDS = 5, 60
"""Rounds of the janitor after which torch's compiler is imported: if no run trains, and in any case."""


def routes(
    base: str = "", origins: Iterable[str] = (), arrive: Arrive | None = None, monitoring: bool | None = None
) -> list[BaseRoute]:
    """Return the routes, with the prefix of Streamlit's base URL path, which Streamlit does not add itself.

    Args:
        base: the base URL path.
        origins: the origins that Streamlit accepts beside those of its own Host.
        arrive: opens the session of a page whose script has not run yet.
        monitoring: whether health and metrics answer; None for the setting.
    """
    prefix = path_prefix(base)
    serve = partial(live_socket, origins=frozenset(origins), arrive=arrive)
    ours = [WebSocketRoute(prefix + OURS, serve), Mount(f"{prefix}/bnviz/assets", AssetFiles())]
    return [*ours, *health_routes(prefix, monitoring)]


def middleware(base: str = "", files_of_pages: FileStore | None = None) -> list[Middleware]:
    """Return the middleware, outermost first.

    Args:
        base: the base URL path, as of ``routes``.
        files_of_pages: what keeps the files that open pages were sent; None if there is no such thing.
    """
    prefix = path_prefix(base)
    bounded = [] if files_of_pages is None else [Middleware(UploadLimits, store=files_of_pages, prefix=prefix)]
    files = (f"{prefix}/static/", f"{prefix}/bnviz/assets/")
    return [
        Middleware(SmallMessages, most={prefix + OURS: MAX_MESSAGE, prefix + STREAM: LONGEST_MESSAGE}),
        Middleware(NoDelay),
        Middleware(PlainAddresses),
        Middleware(SecurityHeaders, frame_ancestors=limits().frame_ancestors),
        Middleware(LastResort),
        Middleware(OpenPages, prefix=prefix),
        *bounded,
        Middleware(SmallFonts, prefix=prefix),
        Middleware(VisitorCookie),
        Middleware(CompressedFiles, prefixes=files),
        Middleware(OurPages, prefix=prefix),
    ]


async def live_socket(
    websocket: WebSocket, origins: frozenset[str] = frozenset(), arrive: Arrive | None = None
) -> None:
    """Stream a session to one viewer, whose page is ours or of one of the origins.

    A tab that waited for this server to start again may be here before torch is, which a thread imports then, since
    everything else is answered meanwhile.
    """
    serve = await asyncio.to_thread(_live_socket)
    await serve(websocket, origins, arrive)


def _live_socket() -> Callable[[WebSocket, frozenset[str], Arrive | None], Awaitable[None]]:
    from bnviz.live.server import live_socket

    return live_socket


def path_prefix(base: str) -> str:
    """Return a base URL path as the beginning of paths: "/lab" for "lab/", empty for "/"."""
    return "/" + base.strip("/") if base.strip("/") else ""


class NoDelay:
    """Set TCP_NODELAY on websockets, also where uvicorn's own protocol could not be given (``web/no_delay.py``).

    Without it, a rerun takes 49 ms instead of 7 ms on the loopback. Under other servers, this does nothing.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set the option on a new websocket, then call the app."""
        if scope["type"] == "websocket":
            transport = getattr(getattr(send, "__self__", None), "transport", None)
            set_no_delay(transport)
        await self.app(scope, receive, send)


Lifespan = Callable[[object], AbstractAsyncContextManager[dict[str, Any]]]


def lifespan_with(each_round: Callable[[], None]) -> Lifespan:
    """Return ``lifespan`` with what else the janitor does in each round, quick, on the event loop."""
    return partial(lifespan, each_round=each_round)


@asynccontextmanager
async def lifespan(_app: object, each_round: Callable[[], None] = lambda: None) -> AsyncIterator[dict[str, Any]]:
    """Warm up torch once the server answers, keep the janitor running, and end every thread when the server stops."""
    bound_heaps()
    bound_goodbyes()
    calm_the_log()
    if (config := uvicorn_config()) is not None and hasattr(config, "http_protocol_class"):
        refusing = with_our_refusals(config.http_protocol_class, limits().frame_ancestors)
        config.http_protocol_class = with_no_delay(refusing)
    loop = asyncio.get_running_loop()
    warm = loop.call_later(_FIRST_ANSWERS_S, Thread(target=_warm_up, name="bnviz-warm", daemon=True).start)
    janitor = asyncio.create_task(_janitor(each_round))
    try:
        yield {}
    finally:
        warm.cancel()
        janitor.cancel()
        with suppress(asyncio.CancelledError):
            await janitor
        await run_bounded(lambda: _if_opened(_close))


def _warm_up() -> None:
    """Import what the first page and its run would wait for, and limit torch to one thread per kernel.

    Most runs need no compiler of torch, whose import takes as long as that of torch. It comes when the tabs that waited
    for the server train again, or nothing trains; an optimizer that needs it at once imports it itself.
    """
    gc.disable()  # looking through all that is new, again and again, takes a tenth of an import
    try:
        from bnviz.training.optimizers import warm_up
        from bnviz.training.threads import use_one_thread

        use_one_thread()
        _registry()
    except (ImportError, OSError) as error:  # OSError: a library that torch loads is not there
        log.error("torch cannot be imported, and most pages need it: %s", error)
        return
    finally:
        gc.enable()
    _wait_for_rest()
    warm_up()
    gc.collect()
    gc.freeze()  # imported modules are never garbage: later collections skip them


def _wait_for_rest() -> None:
    least, most = _COMPILER_ROUNDS
    for number in range(most):
        if number >= least and not any(session.status.is_training for session in _registry().sessions):
            return
        time.sleep(_ROUND_S)


def _registry() -> Registry:
    from bnviz.live.registry import registry

    return registry()


def _if_opened(act: Callable[[Registry], None]) -> None:
    """Act on the registry if a page may have been opened.

    If not, there is nothing to end, and torch need not be imported for it.
    """
    if "bnviz.live.registry" in sys.modules:
        act(_registry())


def _round(registry: Registry) -> None:
    from bnviz.live.kept import forget_expired

    registry.reap_idle()
    forget_expired()


def _tidy(_registry: Registry) -> None:
    from bnviz.data.upload_room import remove_forgotten

    remove_forgotten()


def _tidy_tasks() -> None:
    """Forget results whose pages were closed, if a task may have been started."""
    if "bnviz.training.shared" in sys.modules:
        from bnviz.training.shared import shared

        shared().tasks.book.tidy()


def _close(registry: Registry) -> None:
    from bnviz.live.kept import keep_runs
    from bnviz.training.shared import shared

    keep_runs(registry.sessions)
    shared().tasks.cancel_all()
    registry.close_all()


async def _janitor(each_round: Callable[[], None]) -> None:
    for number in count():
        await asyncio.sleep(_ROUND_S)
        try:
            # In a thread: the end of a run may take as long as its present step.
            await asyncio.to_thread(_if_opened, _round)
            if number % _TIDY_ROUNDS == 0:
                await asyncio.to_thread(_if_opened, _tidy)
            _tidy_tasks()
            each_round()
        except Exception:  # an error must not end the janitor
            log.exception("the janitor's round failed")
