"""Debian's nginx with the files of deploy/ before our server: what reaches the socket, and what does not."""

import re
import shutil
import subprocess

import pytest
from live_viewer import WAIT, tiny
from nginx_proxy import BLOCKED, DEPLOY, WITHOUT_HOST, nginx, site
from web_server import Server, socket_of
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bnviz.live import handshake, wire
from bnviz.live import server as live_server
from bnviz.live.registry import Registry


@pytest.fixture
def session(monkeypatch):
    made = Registry()
    monkeypatch.setattr(live_server, "registry", lambda: made)
    yield made.open()
    made.close_all()


@pytest.fixture(scope="module", params=["", "/bnviz"], ids=["root", "prefix"])
def server(request):
    made = Server(request.param)
    made.prefix = request.param
    yield made
    made.close()


class Proxied:
    def __init__(self, port):
        self.port = port


def watch(port, session, prefix=""):
    """Open the socket through a proxy as a browser there does."""
    return socket_of(Proxied(port), session.token, prefix, origin=f"http://127.0.0.1:{port}")


def test_a_view_is_served_through_our_files_and_no_log_has_its_token(server, session, tmp_path):
    session.configure(tiny())
    name = "nginx-prefix.conf" if server.prefix else "nginx.conf"
    with nginx(server.port, tmp_path, site(name)) as port:
        with watch(port, session, server.prefix) as client:
            assert client.recv(timeout=WAIT) == handshake.WELCOME
            while wire.decode(client.recv(timeout=WAIT)).kind != wire.HELLO:
                pass
        assert Server.fetch(Proxied(port), f"{server.prefix}/bnviz/assets/live/wire.js")[0] == 200
    assert session.token not in (tmp_path / "access.log").read_text()
    assert "/bnviz/ws" in (tmp_path / "access.log").read_text()


@pytest.mark.parametrize("server", [""], indirect=True)
def test_without_host_the_socket_is_refused_with_its_code(server, session, tmp_path):
    with (
        nginx(server.port, tmp_path, site("nginx.conf", WITHOUT_HOST)) as port,
        watch(port, session, server.prefix) as client,
    ):
        with pytest.raises(ConnectionClosed) as closed:
            client.recv(timeout=WAIT)
        assert closed.value.rcvd.code == handshake.FOREIGN_ORIGIN


@pytest.mark.parametrize("server", [""], indirect=True)
def test_a_blocked_socket_does_not_open(server, session, tmp_path):
    with nginx(server.port, tmp_path, site("nginx.conf", BLOCKED)) as port, pytest.raises(InvalidStatus):
        watch(port, session)


def test_the_prefixs_files_differ_in_the_prefix_alone():
    def settings(name):
        return set(re.findall(r"^ +((?:proxy|client)_.*?;)", (DEPLOY / name).read_text(), re.MULTILINE))

    assert settings("nginx.conf") == settings("nginx-prefix.conf")


def test_caddy_reads_its_file():
    if (caddy := shutil.which("caddy")) is None:
        pytest.skip("no caddy on the path")
    done = subprocess.run(
        [caddy, "adapt", "--config", DEPLOY / "Caddyfile"], capture_output=True, text=True, check=True
    )
    assert '"reverse_proxy"' in done.stdout
    assert '"warn"' not in done.stderr
