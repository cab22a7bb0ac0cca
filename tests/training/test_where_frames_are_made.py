"""Where a snapshot is reduced: in the process if it takes it; else elsewhere, unless that hands Python's lock about."""

import threading
from types import SimpleNamespace

import pytest

from bnviz.training import kernel_size
from bnviz.training.loop import Snapshot
from bnviz.training.permits import CorePermits
from bnviz.training.reducer import RunReducer, SharedReducers, Way, way_of


@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("contended", [False, True])
def test_the_process_makes_every_frame_that_it_takes_and_else_a_thread_that_has_a_core(short, contended):
    assert way_of(True, short, contended) == Way.PROCESS
    assert way_of(False, short, contended) == (Way.OWN if short and contended else Way.THREAD)


@pytest.mark.parametrize(
    ("way", "waiting", "free", "is_charged"),
    [
        (Way.PROCESS, True, 0, True),  # both cores are held, and a third run waits for one
        (Way.PROCESS, True, 1, False),  # runs with short kernels take turns on one core; the process has the other
        (Way.PROCESS, False, 0, False),
        (Way.THREAD, True, 1, True),
        (Way.THREAD, False, 1, False),
        (Way.OWN, True, 0, False),  # it is in the run's own seconds
    ],
)
def test_a_run_pays_for_what_is_made_elsewhere_only_if_another_one_waits_for_that_core(way, waiting, free, is_charged):
    reducer = RunReducer(None, lambda frame: None, SimpleNamespace(contended=waiting, n_without_run=free))
    reducer._way, reducer._cost_s = way, 0.25
    assert reducer.offloaded_cost_s == (0.25 if is_charged else 0.0)


@pytest.mark.parametrize("beside", ["analysis", "spare"])
def test_a_surface_beside_a_class_makes_its_frames_no_dearer(monkeypatch, beside):
    """Half the frames went when a visitor looked at the contours: the core of the surface passed for one of a run."""
    monkeypatch.setattr(CorePermits, "contended", True)  # the class waits
    runs, never = CorePermits(2), threading.Event()
    with runs.beside("analysis").time_slice(never) if beside == "analysis" else runs.spare():
        assert (runs.n_free, runs.n_without_run) == (1, 2)
        with runs.time_slice(never):
            assert (runs.n_free, runs.n_without_run) == (0, 1)
            reducer = RunReducer(None, lambda frame: None, runs)
            reducer._way, reducer._cost_s = Way.PROCESS, 0.25
            assert reducer.offloaded_cost_s == 0
    assert (runs.n_free, runs.n_without_run) == (2, 2)


@pytest.fixture
def reducer():
    made = SharedReducers()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("short_flop", "waits", "elsewhere"),
    [(1e6, True, False), (1e6, False, True), (0.0, True, True), (0.0, False, True)],
)
def test_without_a_process_a_second_thread_makes_frames_unless_kernels_are_short_and_others_wait(
    make_run, reducer, monkeypatch, short_flop, waits, elsewhere
):
    monkeypatch.setattr(kernel_size, "SHORT_FLOP", short_flop)
    monkeypatch.setattr(CorePermits, "contended", waits)
    threads = set()
    made = Snapshot.frame

    def frame(self):
        if self.step:  # not the first one, of copies
            threads.add(threading.current_thread().name)
        return made(self)

    monkeypatch.setattr(Snapshot, "frame", frame)
    run, listener = make_run(reducer=reducer)
    run.train_to(40)
    listener.until(lambda: listener.frames and listener.statuses[-1] == "paused")
    ends = {name.startswith("bnviz-reduce") for name in threads}
    assert ends == {elsewhere}
