"""The moment a run begins: its arms are built in its thread while viewers come."""

import threading

from live_viewer import tiny

from bnviz.live import wire


def test_a_viewer_who_comes_while_the_arms_are_built_sees_them_once(session, watch):
    with session._lock:  # ``began`` waits for it
        session.configure(tiny())
        run, rest = session.run, threading.Event()
        while run.history is None:
            assert run.alive
            rest.wait(0.01)
        viewer = watch(session)
        viewer.read()
        assert not viewer.of(wire.HELLO)
    viewer.until(lambda: viewer.of(wire.HELLO))
    session.train()
    viewer.until(lambda: run.step > 2)
    assert len(viewer.of(wire.HELLO)) == 1
