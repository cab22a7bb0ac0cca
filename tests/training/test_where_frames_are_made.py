"""Which thread reduces a snapshot: where others wait for a core, that of a run with short kernels does so itself."""

import threading

import pytest
from run_listener import TINY

from bnviz.data import load_dataset
from bnviz.training import trainer
from bnviz.training.permits import SHORT_S, CorePermits
from bnviz.training.reducer import ReducerThread
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer


@pytest.fixture
def reducer():
    made = ReducerThread()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("short_s", "waits", "elsewhere"), [(1e6, True, False), (1e6, False, True), (0.0, True, True), (0.0, False, True)]
)
def test_a_second_thread_makes_frames_unless_kernels_are_short_and_others_wait(
    make_run, reducer, monkeypatch, short_s, waits, elsewhere
):
    monkeypatch.setattr(trainer, "SHORT_S", short_s)
    monkeypatch.setattr(CorePermits, "contended", waits)
    threads = set()
    made = Trainer._submit

    def submit(self, snapshot):
        frame = type(snapshot).frame

        class Seen:
            def frame(self):
                threads.add(threading.current_thread().name)
                return frame(snapshot)

        return made(self, Seen())

    monkeypatch.setattr(Trainer, "_submit", submit)
    run, listener = make_run(reducer=reducer)
    run.train_to(40)
    listener.until(lambda: listener.frames and listener.statuses[-1] == "paused")
    ends = {name.startswith("bnviz-reduce") for name in threads}
    assert ends == {elsewhere}


def test_what_is_short_is_told_by_a_layers_step_and_by_the_arms_that_train():
    arms = Trainer(TINY, load_dataset("moons"), 1000, StepSchedule(1), StepSchedule(10))
    layers = sum(len(twin.layers) for twin in arms.twins)
    arms._plain_s = 0.9 * SHORT_S * layers
    assert arms._kernels_are_short
    arms._plain_s = 1.1 * SHORT_S * layers
    assert not arms._kernels_are_short
    arms._plain_s = 0.9 * SHORT_S * layers
    arms.twins[0].diverged_at = (0, "head")
    assert not arms._kernels_are_short
