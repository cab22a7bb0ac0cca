"""The socket over a real server on the loopback, with the client of another library."""

import json
import threading

import hand_made_history as hand_made
import numpy as np
import pytest
from live_viewer import WAIT, tiny
from web_server import Server
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from bnviz.live import server as room
from bnviz.live import wire
from bnviz.live.packing import unpacked
from bnviz.live.registry import Registry
from bnviz.telemetry import records


@pytest.fixture(scope="module")
def server():
    made = Server()
    yield made
    made.close()


@pytest.fixture
def registry(monkeypatch):
    made = Registry()
    monkeypatch.setattr(room, "registry", lambda: made)
    yield made
    made.close_all()


def open_socket(server, token, path="/bnviz/ws", more="", **kwargs):
    return connect(
        f"ws://127.0.0.1:{server.port}{path}?token={token}{more}", max_size=None, open_timeout=WAIT, **kwargs
    )


def read(client):
    return wire.decode(client.recv(timeout=WAIT))


def read_until(client, test):
    while True:
        message = read(client)
        if test(message):
            return message


def parts_until(client, test):
    """Read messages, those within packs too, up to the first that passes."""
    found = []
    while not found or not test(found[-1]):
        found += [wire.decode(part) for part in unpacked(client.recv(timeout=WAIT))]
    return found


def closing_code(client):
    while True:
        try:
            client.recv(timeout=WAIT)
        except ConnectionClosed as closed:
            return closed.rcvd.code


def send(client, **command):
    client.send(json.dumps(command))


def test_a_viewer_trains_and_sees_frames(server, session):
    session.configure(tiny())
    with open_socket(server, session.token) as client:
        read_until(client, lambda m: m.kind == wire.HELLO)
        assert read(client).kind == wire.FRAME
        send(client, op="train")
        steps = [read_until(client, lambda m: m.kind == wire.FRAME and m.step > 0).step for _ in range(3)]
        assert steps == sorted(set(steps))
        send(client, op="pause")
        read_until(client, lambda m: m.kind == wire.STATUS and b'"paused"' in bytes(m.blocks[0]))


def test_a_viewer_that_asks_for_packs_gets_the_same_backlog_in_them(server, session):
    session.show(hand_made.history(2), tiny())
    backlogs = []
    for more in ("", "&packed=1"):
        messages = []
        with open_socket(server, session.token, more=more) as client:
            while not messages or wire.decode(messages[-1]).kind != wire.STATUS:
                messages.append(client.recv(timeout=WAIT))
        backlogs.append(messages)
    plain, packs = backlogs
    assert wire.PACKED in {wire.decode(each).kind for each in packs}
    assert [part for each in packs for part in unpacked(each)] == plain


def test_a_viewer_without_details_gets_them_when_it_asks(server, session):
    history = hand_made.history(2)
    for step in (0, 4):
        xs, path = np.linspace(-1, 1, 3, dtype="f4"), np.zeros((2, 1, 2), "f4")
        loss, captured = np.ones((2, 3, 3), "f4"), np.ones(2, "f4")
        history.add_surface(records.SurfaceRecord(step, xs, xs, loss, path, captured, "pca", "batch"))
    session.show(history, tiny())
    last = history.surfaces[-1].step
    left_out = {records.ARM_FIELDS.index(name) for name in wire.DETAILS}

    def of(kind, messages):
        return [each for each in messages if each.kind == kind]

    for packs in ("", "&packed=1"):
        with open_socket(server, session.token, more="&details=" + packs) as client:
            brief = parts_until(client, lambda m: m.kind == wire.STATUS)
            assert len(of(wire.FRAME, brief)) == len(history.frames)
            assert not any(
                block % wire.ARM_STRIDE in left_out for each in of(wire.FRAME, brief) for block in each.blocks
            )
            assert of(wire.SURFACE, brief) == []
            send(client, op="details")
            whole = parts_until(client, lambda m: m.kind == wire.SURFACE and m.step == last)
            for frame, sent in zip(reversed(history.frames), of(wire.FRAME, whole), strict=True):
                assert sent.step == frame.step
                for arm, record in enumerate(frame.arms):
                    for index, name in enumerate(records.ARM_FIELDS):
                        found = sent.blocks[arm * wire.ARM_STRIDE + index]
                        np.testing.assert_array_equal(found, getattr(record, name))
            assert len(of(wire.SURFACE, whole)) == len(history.surfaces)


def test_frames_that_follow_have_the_details_that_were_asked_for(server, session):
    session.configure(tiny())
    detail, other = (records.ARM_FIELDS.index(name) for name in ("histogram", "parameters"))
    with open_socket(server, session.token, more="&details=") as client:
        read_until(client, lambda m: m.kind == wire.HELLO)
        assert detail not in read_until(client, lambda m: m.kind == wire.FRAME).blocks
        send(client, op="step")
        assert detail not in read_until(client, lambda m: m.kind == wire.FRAME and m.step == 1).blocks
        send(client, op="details", names=["histogram"])
        assert detail in read_until(client, lambda m: m.kind == wire.FRAME and m.step == 1).blocks
        send(client, op="step")
        assert detail in (second := read_until(client, lambda m: m.kind == wire.FRAME and m.step == 2).blocks)
        assert other not in second
        send(client, op="details", names=["parameters"])
        send(client, op="step")
        assert other in read_until(client, lambda m: m.kind == wire.FRAME and m.step == 2).blocks
        assert detail not in read_until(client, lambda m: m.kind == wire.FRAME and m.step == 3).blocks


def test_a_hidden_viewer_gets_few_frames_and_the_newest_when_it_is_seen_again(server, session):
    session.configure(tiny())
    with open_socket(server, session.token) as hidden, open_socket(server, session.token) as seen:
        for client in (hidden, seen):
            # Not only its first status: a backlog that comes later holds all frames until then.
            read_until(client, lambda m: m.kind == wire.HELLO)
        send(hidden, op="hidden")
        send(seen, op="train")
        many = [read_until(seen, lambda m: m.kind == wire.FRAME).step for _ in range(30)]
        send(seen, op="pause")
        read_until(seen, lambda m: m.kind == wire.STATUS and b'"paused"' in bytes(m.blocks[0]))
        send(hidden, op="visible", panel="curves")
        few = []
        read_until(hidden, lambda m: m.kind == wire.FRAME and few.append(m.step) is None and m.step >= many[-1])
        assert len(few) < len(many) / 2


def test_two_viewers_see_the_same_run(server, session):
    session.configure(tiny())
    with open_socket(server, session.token) as one, open_socket(server, session.token) as other:
        for client in (one, other):
            read_until(client, lambda m: m.kind == wire.HELLO)
        send(one, op="step")
        for client in (one, other):
            read_until(client, lambda m: m.kind == wire.STATUS and m.step == 1)
        assert session.latest_messages.viewers == 2


def test_a_viewer_that_leaves_is_no_viewer(server, session):
    session.configure(tiny())
    left = threading.Event()
    leave = session.unsubscribe
    session.unsubscribe = lambda wakeup: (leave(wakeup), left.set())
    with open_socket(server, session.token) as client:
        read(client)
        assert session.latest_messages.viewers == 1
    assert left.wait(WAIT)
    assert session.latest_messages.viewers == 0


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "https://127.0.0.1.evil.example", "null", "http://127.0.0.1", "file://"]
)
def test_a_foreign_origin_is_refused(server, session, origin):
    with open_socket(server, session.token, origin=origin) as client:
        assert closing_code(client) == room.FOREIGN_ORIGIN
    assert session.latest_messages.viewers == 0


def test_our_own_origin_and_a_proxys_are_accepted(server, session):
    for origin, headers in (
        (f"http://127.0.0.1:{server.port}", {}),
        ("https://class.example", {"X-Forwarded-Host": "class.example"}),
    ):
        with open_socket(server, session.token, origin=origin, additional_headers=headers) as client:
            assert read(client).kind == wire.STATUS


@pytest.mark.parametrize("token", ["", "guess", "%00", "x" * 500])
def test_an_unknown_token_is_refused(server, session, token):
    with open_socket(server, token) as client:
        assert closing_code(client) == room.UNKNOWN_TOKEN


def test_too_many_viewers(server, session, monkeypatch):
    monkeypatch.setattr(room, "MAX_VIEWERS", 1)
    with open_socket(server, session.token) as first:
        read(first)
        with open_socket(server, session.token) as second:
            assert closing_code(second) == room.TOO_MANY


def test_a_command_that_is_too_long_closes(server, session):
    with open_socket(server, session.token) as client:
        client.send(json.dumps({"op": "train", "padding": "x" * room.MAX_COMMAND}))
        assert closing_code(client) == room.TOO_LONG


NONSENSE = [
    "",
    "{",
    "[]",
    "3",
    '"train"',
    "null",
    "[" * 4000,
    '{"op": ' + "9" * 4000 + "}",
    b"\x00\xff",
    b'{"op": "train"}',
]


@pytest.mark.parametrize("nonsense", NONSENSE, ids=lambda nonsense: repr(nonsense[:12]))
def test_what_is_no_command_changes_nothing_and_the_viewer_stays(server, session, nonsense):
    session.configure(tiny())
    with open_socket(server, session.token) as client:
        read_until(client, lambda m: m.kind == wire.HELLO)
        client.send(nonsense)
        assert session.run.step == 0
        send(client, op="step")
        read_until(client, lambda m: m.kind == wire.STATUS and m.step == 1)
