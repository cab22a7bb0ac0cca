"""A listener that tests can wait on."""

import threading

from bnviz.config import RunConfig, compare

WAIT = 60.0
TINY = compare(RunConfig(dataset="moons", depth=1, width=4, lr=0.1, batch_size=8), "norm", ["none", "batch"])


class Listener:
    """Records what a run reports, and lets a test wait for it."""

    def __init__(self):
        self.news = threading.Condition()
        self.statuses = []
        self.frames = []
        self.has_begun = False

    def on_start(self, number):
        with self.news:
            self.has_begun = True
            self.news.notify_all()

    def on_frame(self, number, frame):
        with self.news:
            self.frames.append(frame.step)
            self.news.notify_all()

    def on_state_change(self, number, state):
        with self.news:
            if not self.statuses or self.statuses[-1] != state.status:
                self.statuses.append(state.status)
            self.news.notify_all()

    def until(self, test):
        with self.news:
            assert self.news.wait_for(test, WAIT), self.statuses


def until_step(run, listener, step):
    listener.until(lambda: run.state.step >= step or run.step >= step)
