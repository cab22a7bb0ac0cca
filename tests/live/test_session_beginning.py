"""The start of a run, whose arms are built in its thread while viewers subscribe."""

import threading

from live_viewer import WAIT, Watcher, tiny

from bnviz.data import load_dataset
from bnviz.live import wire
from bnviz.live.session import Session
from bnviz.training.permits import CorePermits
from bnviz.training.run import Run
from bnviz.training.run_queue import RunQueue


class LateStart:
    """Forwards the reports of a run to a session, but holds back its start until the gate opens."""

    def __init__(self, session, gate):
        self.session, self.gate = session, gate
        self.has_built = threading.Event()

    def on_start(self, number):
        self.has_built.set()
        assert self.gate.wait(WAIT)
        self.session.on_start(number)

    def on_frame(self, number, frame):
        self.session.on_frame(number, frame)

    def on_state_change(self, number, state):
        self.session.on_state_change(number, state)


def test_a_viewer_that_subscribes_while_the_arms_are_built_gets_them_once():
    gate, listeners = threading.Event(), []

    def make_run(experiment, session):
        listeners.append(LateStart(session, gate))
        return Run(experiment, lambda: load_dataset("moons"), listeners[0], CorePermits(2), RunQueue(9))

    session = Session("token", make_run, CorePermits(1))
    session.configure(tiny())
    run = session.run
    try:
        assert listeners[0].has_built.wait(WAIT)
        assert run.history is not None
        viewer = Watcher(session)
        viewer.read()
        assert not viewer.of(wire.HELLO)
        gate.set()
        viewer.until(lambda: viewer.of(wire.HELLO))
        session.train()
        viewer.until(lambda: run.step > 2)
        assert len(viewer.of(wire.HELLO)) == 1
    finally:
        gate.set()
        session.close(WAIT)
