"""Our routes and middleware on a real server on the loopback."""

import asyncio
import socket
import threading
import urllib.error
import urllib.request

import uvicorn
from live_viewer import WAIT
from starlette.applications import Starlette
from websockets.sync.client import connect

from bnviz.web.server import middleware, routes


def socket_of(server, token, prefix="", more="", **options):
    """Open our socket for a session, as the view does."""
    address = f"ws://127.0.0.1:{server.port}{prefix}/bnviz/ws?ends=0{more}"
    return connect(address, **{"subprotocols": ["bnviz", token], "max_size": None, "open_timeout": WAIT, **options})


class Server:
    """uvicorn in a thread, on a port that the system chose."""

    def __init__(self, base="", more=(), origins=(), arrive=None, monitoring=None):
        app = Starlette(routes=[*routes(base, origins, arrive, monitoring), *more], middleware=middleware(base))
        self.server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
        self.ready = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="test-server")
        self.thread.start()
        assert self.ready.wait(WAIT)

    async def _serve(self):
        listening = socket.create_server(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        serving = asyncio.create_task(self.server.serve([listening]))
        while not self.server.started:
            await asyncio.sleep(0.005)
        self.ready.set()
        await serving

    def close(self):
        self.server.should_exit = True
        self.thread.join(WAIT)
        assert not self.thread.is_alive()

    def fetch(self, path, **headers):
        """Return status, headers and body of what is under a path."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            answer = urllib.request.urlopen(request)  # noqa: S310
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers, answer.read()
