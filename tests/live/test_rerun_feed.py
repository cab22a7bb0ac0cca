"""What reruns hand to the view: the last word stays for a while, since a browser draws only the newest bytes."""

import json
from types import SimpleNamespace

from bnviz.live import wire
from bnviz.live.rerun_feed import REPEAT_S, RerunFeed


def message(kind, content):
    return bytes(5) + bytes([kind]) + content


def parts(fed):
    found, at = [], 0
    while at < len(fed):
        size = int.from_bytes(fed[at : at + 4], "little")
        found.append(fed[at + 4 : at + 4 + size])
        at += 4 + size
    return found


class Fed:
    """A feed of a session whose pending messages the test gives."""

    def __init__(self):
        self.clock, self.session = 0.0, "a"
        self.feed = RerunFeed(lambda: self.clock)

    def next(self, *messages, after=0.1):
        self.clock += after
        session = SimpleNamespace(token=self.session, pending=lambda cursor: list(messages))
        head, *rest = parts(self.feed.next(session))
        assert json.loads(head)[0] == self.session
        return rest


FRAME, PAUSED, RUNS = message(wire.FRAME, b"frame"), message(wire.STATUS, b"paused"), message(wire.STATUS, b"runs")


def test_the_last_messages_stay_until_they_are_old():
    fed = Fed()
    assert fed.next(FRAME, PAUSED) == [FRAME, PAUSED]
    assert fed.next() == [FRAME, PAUSED]
    assert fed.next(after=REPEAT_S) == []
    assert fed.next() == []


def test_a_state_goes_along_with_newer_messages_until_there_is_a_newer_state():
    fed = Fed()
    fed.next(RUNS)
    assert fed.next(FRAME) == [FRAME, RUNS]
    assert fed.next(FRAME, PAUSED) == [FRAME, PAUSED]
    assert fed.next(FRAME) == [FRAME, PAUSED]
    assert fed.next() == [FRAME, PAUSED]
    assert fed.next(FRAME, after=2 * REPEAT_S) == [FRAME], "an old one was drawn"


def test_nothing_of_another_session_stays():
    fed = Fed()
    fed.next(PAUSED)
    fed.session = "b"
    assert fed.next() == []
    fed.session = "c"
    assert fed.next(FRAME) == [FRAME]
