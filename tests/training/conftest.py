"""Runs that end with their test."""

import pytest
from run_listener import TINY, WAIT, Listener

from bnviz.data import load_dataset
from bnviz.training.permits import CorePermits
from bnviz.training.run import Run
from bnviz.training.run_queue import RunQueue


@pytest.fixture
def make_run():
    made = []

    def make(experiment=TINY, load=lambda: load_dataset("moons"), start=True, **kwargs):
        listener = Listener()
        permits = kwargs.pop("permits", None) or CorePermits(2)
        run_queue = kwargs.pop("run_queue", None) or RunQueue(99)
        run = Run(experiment, load, listener, permits, run_queue, **kwargs)
        made.append(run)
        if start:
            run.start()
        return run, listener

    yield make
    for run in made:
        assert run.stop(WAIT)
