"""Health and metrics: off unless set, and true."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from live_viewer import Watcher, tiny
from web_server import Server

from bnviz.data import upload_bytes
from bnviz.live import registry as live_registry
from bnviz.live.registry import Registry


@pytest.fixture
def server():
    made = Server(monitoring=True)
    yield made
    made.close()


def test_both_are_off_unless_set_and_say_so_instead_of_showing_a_page():
    server = Server("/lab")
    try:
        for path in ("/lab/bnviz/health", "/lab/bnviz/metrics"):
            status, _, body = server.fetch(path)
            assert (status, b"monitoring is off" in body) == (404, True)
    finally:
        server.close()


@pytest.fixture
def own_registry(monkeypatch):
    made = Registry()
    monkeypatch.setattr(live_registry, "registry", lambda: made)
    yield made
    made.close_all()


def test_health_tells_what_trains_and_what_it_takes(server, own_registry):
    session = own_registry.open()
    session.configure(tiny(), autostart=True)
    watcher = Watcher(session)
    watcher.until_status("running")
    status, headers, body = server.fetch("/bnviz/health")
    found = json.loads(body)
    assert (status, headers["cache-control"]) == (200, "no-store")
    assert found["runs"]["running"] >= 1
    assert found["viewers"] >= 1
    assert found["threads"] is None or found["threads"] >= 2
    assert set(found) == {
        *("version", "uptime_seconds", "sessions", "viewers", "runs", "tasks"),
        *("history_bytes", "history_fullness", "upload_bytes", "resident_memory_bytes", "threads"),
    }
    assert found["upload_bytes"] == upload_bytes()
    session.pause()
    watcher.until_status("paused")
    found = json.loads(server.fetch("/bnviz/health")[2])
    assert 0 < found["history_fullness"] <= 1
    assert found["history_bytes"] == session.history.nbytes > 1000


def test_metrics_are_what_prometheus_reads(server):
    status, headers, body = server.fetch("/bnviz/metrics")
    assert status == 200
    assert headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = body.decode().splitlines()
    sample = re.compile(r'bnviz_[a-z_]+(\{[a-z]+="[a-z0-9.]+"\})? [0-9.e+]+')
    assert all(line.startswith("# ") or sample.fullmatch(line) for line in lines), lines
    assert 'bnviz_runs{state="running"} ' in body.decode()


def test_health_does_not_import_torch():
    told = """
import sys
from bnviz.web.health import as_prometheus, figures

found = figures()
assert found["sessions"] == 0 and "bnviz_sessions 0" in as_prometheus(found)
print("torch" in sys.modules)
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", told], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
