"""Streamlit's own socket: how much one message and one network may take of the server, and what ends quietly."""

import pytest
from real_app import Raw, frame, real_app

STREAM = b"/_stcore/stream"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with real_app(tmp_path_factory.mktemp("app"), address=None, pages=5, pages_per_address=3) as made:
        yield made


def test_a_message_that_never_ends_is_refused_at_its_header(app):
    with Raw(app.port) as client:
        assert client.upgrade(STREAM) == 101
        client.client.sendall(frame(2, bytes(200_000), is_last=False))
        client.client.sendall(frame(0, bytes(200_000), is_last=False)[:14])  # the payload is not even on its way
        assert client.close_code() == 1009


def test_text_and_noise_close_the_socket_and_leave_no_stack_in_the_log(app):
    for message, code in ((frame(1, b"hello"), 1003), (frame(1, b"\xff\xfe"), 1007), (frame(2, b"\xff" * 40), 1002)):
        with Raw(app.port) as client:
            assert client.upgrade(STREAM) == 101
            client.client.sendall(message)
            assert client.close_code() == code
    with Raw(app.port) as client:
        assert client.upgrade(b"/bnviz/ws", ("Sec-WebSocket-Protocol", b"bnviz, none")) == 101
        client.client.sendall(frame(1, b"\xff\xfe"))
        assert client.close_code() == 4404, "it was closed before it was read"
    assert "Traceback" not in app.tail()


@pytest.mark.parametrize("origin", [b"http://[::1", b"http://[", b"http://\xe2\x84\xaa:x", b"//[", b"http://[v1.x]/"])
def test_an_origin_that_cannot_be_read_is_refused(app, origin):
    with Raw(app.port) as client:
        assert client.upgrade(STREAM, ("Origin", origin)) in (400, 403)
    assert "Traceback" not in app.tail()


def through(app, address):
    """Ask for a page's socket from an address, as a proxy on this machine would."""
    client = Raw(app.port)
    client.status = client.upgrade(STREAM, ("X-Forwarded-For", address))
    return client


def test_one_network_opens_so_many_pages_and_leaves_the_rest_to_others(app):
    # The app listens to all addresses: it knows the proxy as ::ffff:127.0.0.1.
    held = [through(app, b"192.0.2.7") for _ in range(3)]
    assert [client.status for client in held] == [101] * 3
    try:
        for address in (b"192.0.2.7", b"::ffff:192.0.2.7"):
            refused = through(app, address)
            assert refused.status == 403
            refused.client.close()
        asking = Raw(app.port)
        more = (("X-Forwarded-For", b"192.0.2.7"), ("Sec-WebSocket-Protocol", b"bnviz, -"))
        assert asking.upgrade(b"/bnviz/ws", *more) == 101
        assert asking.close_code() == 4429, "the page says why it stays empty"
        asking.client.close()
        held += [through(app, b"2001:db8::1"), through(app, b"2001:db8::2")]
        assert [client.status for client in held[3:]] == [101, 101]
        crowded = through(app, b"198.51.100.1")
        assert crowded.status == 403, "five pages are all that the server takes"
        crowded.client.close()
    finally:
        for client in held:
            client.client.close()
