"""What a cell is sent: rate-limited and bounded while the loop runs, complete when the cell has ended."""

from __future__ import annotations

import pytest
from hand_made_history import frame, history, meta

from bnviz.live import wire
from bnviz.live.packing import unpacked
from bnviz.notebook import feed as module
from bnviz.notebook.feed import EVERY_S, Feed
from bnviz.telemetry.history import RunHistory
from bnviz.telemetry.run_description import RunDescription


class Browser:
    """What arrived, message by message; ``now`` is the clock of the feed."""

    def __init__(self, made: RunHistory) -> None:
        self.history, self.now = made, 0.0
        self.parcels: list[tuple[bytes | None, bytes]] = []
        self.feed = Feed(made, lambda *parcel: self.parcels.append(parcel), lambda: self.now)
        made.listen(self.feed.changed)

    def train(self, step: int, seconds: float) -> None:
        self.now += seconds
        self.history.add_frame(frame(step))


def messages(data: bytes) -> list[wire.Message]:
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "little")
        found += [wire.decode(part) for part in unpacked(data[at + 4 : at + 4 + size])]
        at += 4 + size
    return found


def steps(data: bytes) -> list[int]:
    return [message.step for message in messages(data) if message.kind == wire.FRAME]


@pytest.fixture
def browser() -> Browser:
    return Browser(history(3))


def test_the_first_parcel_is_everything_as_live_and_later_ones_are_what_is_new(browser: Browser) -> None:
    browser.train(15, 1)
    browser.train(20, 1)
    (backlog, none), (nothing, news) = browser.parcels
    assert backlog is not None
    assert steps(backlog) == [0, 5, 10, 15]
    assert messages(backlog)[0].kind == wire.HELLO
    assert b'"source":"live"' in messages(backlog)[0].blocks[0].tobytes()
    assert (none, nothing) == (b"", None)
    assert steps(news) == [20]
    status = messages(news)[-1]
    assert status.kind == wire.STATUS
    assert b'"status":"running"' in status.blocks[0].tobytes()
    assert b'"steps_per_s":5.0' in status.blocks[0].tobytes()


def test_frames_that_come_too_fast_go_together(browser: Browser) -> None:
    for step in range(15, 215):
        browser.train(step, EVERY_S / 10)
    assert len(browser.parcels) <= 22
    sent = [step for _, news in browser.parcels for step in steps(news)]
    assert sent == sorted(set(sent)) == list(range(min(sent), max(sent) + 1))


def test_of_too_many_the_newest_are_sent(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    browser.train(15, 1)
    monkeypatch.setattr(module, "PARCEL_BYTES", 3 * len(wire.encode_frame(frame(0), 0)))
    for step in range(16, 40):
        browser.history.add_frame(frame(step))
    browser.train(40, 1)
    assert steps(browser.parcels[-1][1]) == [37, 38, 39, 40]


def test_large_parcels_are_sent_less_often(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BYTES_PER_S", 1000)
    browser.train(15, 1)
    size = len(browser.parcels[0][0] or b"")
    assert size > 2000
    browser.train(16, size / 1000 - 0.5)
    assert len(browser.parcels) == 1
    browser.train(17, 1)
    assert steps(browser.parcels[1][1]) == [16, 17]


def test_when_the_cell_has_ended_all_is_there_and_it_says_recorded(browser: Browser) -> None:
    for step in range(15, 30):
        browser.train(step, EVERY_S / 10)
    browser.feed.finish()
    backlog, news = browser.parcels[-1]
    assert backlog is not None
    assert news == b""
    assert steps(backlog) == [each.step for each in browser.history.frames]
    assert b'"source":"recorded"' in messages(backlog)[0].blocks[0].tobytes()
    browser.feed.finish()
    assert browser.parcels[-1][0] is backlog, "nothing new, nothing sent"
    browser.train(30, 1)
    again, _ = browser.parcels[-1]
    assert b'"source":"live"' in messages(again or b"")[0].blocks[0].tobytes()


def test_layers_that_are_known_only_later_begin_again(browser: Browser) -> None:
    browser.train(15, 1)
    plain = meta()
    for arm in plain["arms"]:
        arm["layers"] = ["a", "b"]
    browser.history.describe(RunDescription.from_dict(plain))
    browser.train(20, 1)
    backlog, news = browser.parcels[-1]
    assert b'"a"' in messages(backlog or b"")[0].blocks[0].tobytes()
    assert news == b""


def test_a_cell_that_fails_is_left_alone_and_the_loop_goes_on(browser: Browser) -> None:
    def closed(*_: object) -> None:
        raise RuntimeError("the comm is closed")

    browser.feed._send = closed
    browser.train(15, 1)
    browser.train(20, 1)
    browser.feed.finish()
    assert str(browser.feed.failure) == "the comm is closed"
    assert [each.step for each in browser.history.frames] == [0, 5, 10, 15, 20]
