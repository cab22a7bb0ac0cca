"""The socket over a real server on the loopback, with the client of another library."""

import json
import socket
import threading
from contextlib import suppress

import hand_made_history as hand_made
import numpy as np
import pytest
from live_viewer import WAIT, tiny
from web_server import Server, socket_of
from websockets.exceptions import ConnectionClosed

from bnviz.config.limits import Limits
from bnviz.live import handshake, wire
from bnviz.live import server as room
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


def open_socket(server, token, more="", **kwargs):
    return socket_of(server, token, more=more, **kwargs)


def read(client):
    return wire.decode(binary(client))


def binary(client):
    """Return the next message after the welcome."""
    while isinstance(message := client.recv(timeout=WAIT), str):
        assert message == handshake.WELCOME
    return message


def read_until(client, test):
    while True:
        message = read(client)
        if test(message):
            return message


def parts_until(client, test):
    """Read messages, those within packs too, up to the first that passes."""
    found = []
    while not found or not test(found[-1]):
        found += [wire.decode(part) for part in unpacked(binary(client))]
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
                messages.append(binary(client))
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


def test_a_viewer_of_one_layer_gets_it_alone_and_another_one_when_it_asks(server, session):
    session.show(history := hand_made.history(2), tiny())
    field = records.ARM_FIELDS.index("unit_percentiles")
    with open_socket(server, session.token, more="&details=unit_percentiles%401") as client:
        for layer in (1, 0):
            if layer == 0:
                send(client, op="details", names=["unit_percentiles@0"])
            for frame in history.frames[:: 1 if layer else -1]:
                blocks = read_until(client, lambda m, step=frame.step: m.kind == wire.FRAME and m.step == step).blocks
                assert blocks[wire.CUTS_FIELD].tolist() == [[field, layer]]
                for arm, record in enumerate(frame.arms):
                    found = blocks[arm * wire.ARM_STRIDE + field]
                    np.testing.assert_array_equal(found, record.unit_percentiles[layer : layer + 1])


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


FOREIGN = [
    "http://evil.example",
    "https://127.0.0.1.evil.example",
    "null",
    "http://127.0.0.1",
    "file://",
    "http://[::1",
    "http://[",
    "//",
    "http://",
    "http://\xe9\xff",
    "http:// , ",
    "x" * 5000,
]


@pytest.mark.parametrize("origin", FOREIGN, ids=lambda origin: repr(origin[:20]))
@pytest.mark.parametrize("forwarded", ["", "[::2", ",", " , ,", "\xff"])
def test_a_foreign_or_malformed_origin_is_refused_and_nothing_raises(server, session, origin, forwarded):
    more = {"X-Forwarded-Host": forwarded} if forwarded else {}
    with open_socket(server, session.token, origin=origin, additional_headers=more) as client:
        assert closing_code(client) == handshake.FOREIGN_ORIGIN
    assert session.latest_messages.viewers == 0


def test_our_own_origin_and_a_proxys_are_accepted(server, session):
    for origin, headers in (
        (f"http://127.0.0.1:{server.port}", {}),
        ("https://class.example", {"X-Forwarded-Host": "class.example"}),
        ("https://Class.example", {"X-Forwarded-Host": "class.example:443"}),
        ("http://class.example", {"X-Forwarded-Host": "inner.example, class.example:80"}),
    ):
        with open_socket(server, session.token, origin=origin, additional_headers=headers) as client:
            assert read(client).kind == wire.STATUS


def test_an_origin_that_the_host_names_is_accepted_and_no_other(session):
    named = Server(origins=["https://Class.example/"])
    try:
        with open_socket(named, session.token, origin="https://class.example") as client:
            assert read(client).kind == wire.STATUS
        with open_socket(named, session.token, origin="https://class.example.evil") as client:
            assert closing_code(client) == handshake.FOREIGN_ORIGIN
    finally:
        named.close()


@pytest.mark.parametrize("token", ["guess", "%00", "x" * 500])
def test_an_unknown_token_is_refused(server, session, token):
    with open_socket(server, token) as client:
        assert closing_code(client) == handshake.UNKNOWN_TOKEN


@pytest.mark.parametrize("offered", [[], ["bnviz"], ["other"], ["other", "{}"], ["{}"], ["{}", "bnviz"]])
def test_only_the_subprotocol_with_a_token_is_served(server, session, offered):
    offered = [each.format(session.token) for each in offered] or None
    with open_socket(server, "", more=f"&token={session.token}", subprotocols=offered) as client:
        assert closing_code(client) == handshake.UNKNOWN_TOKEN


def test_too_many_viewers(server, session, monkeypatch):
    monkeypatch.setattr(room, "limits", lambda: Limits(viewers_per_session=1))
    with open_socket(server, session.token) as first:
        read(first)
        with open_socket(server, session.token) as second:
            assert closing_code(second) == handshake.TOO_MANY


@pytest.mark.parametrize("fragments", [1, 2, 40])
@pytest.mark.parametrize("as_binary", [False, True])
def test_a_message_that_is_too_long_closes_whatever_its_fragments(server, session, fragments, as_binary):
    session.configure(tiny())
    with open_socket(server, session.token) as client:
        read_until(client, lambda m: m.kind == wire.HELLO)
        part = b"x" * (handshake.MAX_MESSAGE // fragments + 1)
        with suppress(ConnectionClosed):  # as soon as it is too long
            client.send([part if as_binary else part.decode()] * fragments)
        assert closing_code(client) == handshake.TOO_LONG


def test_a_message_of_the_greatest_length_is_taken(server, session):
    session.configure(tiny())
    with open_socket(server, session.token) as client:
        read_until(client, lambda m: m.kind == wire.HELLO)
        command = json.dumps({"op": "step"})
        client.send(command + " " * (handshake.MAX_MESSAGE - len(command)))
        read_until(client, lambda m: m.kind == wire.STATUS and m.step == 1)


def test_a_frame_that_says_it_will_be_long_is_refused_at_its_header(server, session):
    """A server that waits for its end holds whatever has arrived."""
    with open_socket(server, session.token) as client:
        client.socket.sendall(bytes([0x82, 0xFF]) + (150_000_000).to_bytes(8, "big") + b"mask" + b"x" * 10)
        assert closing_code(client) == handshake.TOO_LONG


def test_what_is_sent_with_the_request_is_held_to_the_limit_too(server, session):
    """A client that does not wait for the answer sends before the limit is set."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT) as client:
        client.sendall(
            f"GET /bnviz/ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {'x' * 21}Q==\r\n"
            f"Sec-WebSocket-Protocol: bnviz, {session.token}\r\n\r\n".encode()
            + bytes([0x82, 0xFF])
            + (10_000_000).to_bytes(8, "big")
            + b"mask"
        )
        with suppress(ConnectionError):
            for _ in range(100):
                client.sendall(b"x" * 100_000)
        with suppress(ConnectionError):
            while client.recv(65_536):  # until the server ends the connection: else this is a timeout
                pass


def test_bytes_are_no_command_and_close(server, session):
    with open_socket(server, session.token) as client:
        client.send(b'{"op": "train"}')
        assert closing_code(client) == handshake.NOT_TEXT


NONSENSE = ["", "{", "[]", "3", '"train"', "null", "[" * 8000, '{"op": ' + "9" * 8000 + "}"]


@pytest.mark.parametrize("nonsense", NONSENSE, ids=lambda nonsense: repr(nonsense[:12]))
def test_what_is_no_command_changes_nothing_and_the_viewer_stays(server, session, nonsense):
    session.configure(tiny())
    with open_socket(server, session.token) as client:
        read_until(client, lambda m: m.kind == wire.HELLO)
        client.send(nonsense)
        assert session.run.step == 0
        send(client, op="step")
        read_until(client, lambda m: m.kind == wire.STATUS and m.step == 1)
