"""A viewer of a session, in the same process, that tests can wait on."""

import json
import threading

import numpy as np

from bnviz.config import RunConfig, compare
from bnviz.live import wire
from bnviz.live.latest_messages import Cursor

WAIT = 60.0


class Watcher:
    """A viewer in the same process: woken by every message, it takes what is new and remembers it."""

    def __init__(self, session):
        self.session = session
        self.news = threading.Event()  # takes no lock of the session's: ``wake`` is called under those
        self.cursor = Cursor()
        self.seen = []  # decoded messages, in order
        session.subscribe(self)

    def wake(self):
        self.news.set()

    def read(self):
        for data in self.session.pending(self.cursor):
            self.seen.append(wire.decode(data))
        return self.seen

    def until(self, test):
        """Read until the test holds for what was seen so far."""

        def holds():
            self.read()
            return test()

        # Some state (a thread's end, a surface kept) changes without a message: look now and then.
        waited = 0.0
        while not holds():
            self.news.wait(0.05)
            self.news.clear()
            waited += 0.05
            assert waited < WAIT, [message.kind for message in self.seen[-20:]]

    def of(self, kind):
        return [message for message in self.seen if message.kind == kind]

    def content(self, kind):
        """JSON of the newest HELLO or STATUS."""
        return text(self.of(kind)[-1])

    def status(self):
        return self.content(wire.STATUS) if self.of(wire.STATUS) else {"status": None, "step": -1}

    def until_status(self, *words):
        self.until(lambda: self.status()["status"] in words)


def watched_steps(session, viewer, last):
    """Make single steps, each of which the viewer sees, up to this one."""
    for step in range(session.run.step + 1, last + 1):
        session.step_once()
        viewer.until(lambda step=step: (viewer.status()["status"], viewer.status()["step"]) == ("paused", step))


def text(message):
    return json.loads(np.asarray(message.blocks[0]).tobytes())


def tiny(**changes):
    base = RunConfig(dataset="moons", depth=1, width=4, lr=0.1, batch_size=8)
    return compare(base.with_fields(**changes), "norm", ["none", "batch"])
