"""A process reduces snapshots: the same bits, no frame lost whatever happens to it, and it ends with its server."""

import logging
import os
import platform
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from run_listener import TINY, WAIT
from waiting import until

from bnviz.config import RunConfig, compare
from bnviz.data import load_dataset
from bnviz.telemetry import reducer_memory
from bnviz.telemetry.observation import Arriving
from bnviz.telemetry.records import ARM_FIELDS
from bnviz.telemetry.snapshot_writer import Slot, SnapshotWriter
from bnviz.training import reducer_process
from bnviz.training.device_trial import DeviceChoice
from bnviz.training.loop import Snapshot
from bnviz.training.permits import CorePermits
from bnviz.training.reducer import InlineReducer, RunReducer, SharedReducers, Way
from bnviz.training.reducer_process import MOST_STARTS, ReducerProcess
from bnviz.training.schedule import StepSchedule
from bnviz.training.trainer import Trainer
from tests.pretend_device import pretend_device

ROOT = Path(__file__).resolve().parents[2]
posix = pytest.mark.skipif(os.name != "posix", reason="the process is only there where files have descriptors")
pytestmark = posix


@contextmanager
def reducers(**options):
    shared = SharedReducers(ReducerProcess(**options))
    try:
        yield shared, shared.process
    finally:
        shared.close()


@pytest.fixture(scope="module")
def running():
    """A process that runs, for all tests that leave it so."""
    with pytest.MonkeyPatch.context() as patch:
        for name in reducer_process._KEEPS_MEMORY:  # a host may set them
            patch.delenv(name, raising=False)
        with reducers() as (shared, process):
            until(process.ready)
            yield shared


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch):
    monkeypatch.setattr(reducer_process, "_LOOKS_S", 0.05)


def trainer(reducer, every=1):
    return Trainer(TINY, load_dataset("moons"), 1000, StepSchedule(every), StepSchedule(10), reducer)


def observed(arms, steps=6):
    for _ in range(steps):
        arms.advance()
        arms.reducer.join()
    return arms.history.frames


def written_by(arms):
    """Return what writes a snapshot of the arms."""
    found = []

    class Kept(InlineReducer):
        def submit(self, snapshot, keep, short=False):
            found.append(snapshot)

    arms.reducer = Kept()
    while not found:
        arms.advance()
    return partial(SnapshotWriter().write, found[0].arriving.wait())


def page_faults(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[7])


def bits(frames):
    return [
        (frame.step, name, str(array.dtype), array.shape, array.tobytes())
        for frame in frames
        for arm in frame.arms
        for name in ARM_FIELDS
        for array in [getattr(arm, name)]
    ]


@pytest.mark.parametrize("way", Way)
def test_frames_have_the_same_bits_wherever_they_are_made(running, way):
    got, permits = [], CorePermits(2)
    shared = {Way.PROCESS: running, Way.THREAD: SharedReducers(), Way.OWN: None}[way]
    reducer = RunReducer(shared, got.append, permits)
    frames = observed(trainer(reducer))
    if way == Way.THREAD:
        shared.close()
    assert reducer._way == way
    assert len(got) == 5
    assert bits(frames) == bits(observed(trainer(InlineReducer())))


def test_what_is_still_on_its_way_from_a_gpu_is_handed_over_by_the_thread_when_it_has_arrived(monkeypatch):
    """The thread that trains waits for nothing but its losses, and no second thread reduces."""
    expected = observed(trainer(InlineReducer()))
    monkeypatch.setattr(Snapshot, "frame", None)  # nothing may be reduced here
    monkeypatch.setattr("bnviz.training.trainer.first_frame", lambda *_: expected[0])
    with pretend_device() as pretend, reducers() as (shared, process):
        monkeypatch.setattr("bnviz.training.trainer.choose_device", lambda *_: DeviceChoice(pretend.device))
        until(process.ready)
        arms = trainer(RunReducer(shared, lambda frame: None, CorePermits()))
        found = observed(arms)
    assert arms.reducer._way == Way.PROCESS
    assert bits(found) == bits(expected)


def test_a_device_that_fails_on_the_way_ends_the_run_and_not_the_thread(monkeypatch):
    def fails(self):
        raise RuntimeError("the device is gone")

    with reducers() as (shared, process):
        until(process.ready)
        arms = trainer(RunReducer(shared, lambda frame: None, CorePermits()))
        monkeypatch.setattr(Arriving, "are_here", False)
        monkeypatch.setattr(Arriving, "wait", fails)
        with pytest.raises(RuntimeError, match="the device is gone"):
            observed(arms)
        done = threading.Event()
        shared.run(done.set)
        assert done.wait(WAIT)


def test_a_frame_whose_process_is_killed_is_made_here_and_another_process_is_started(caplog):
    with reducers(again_s=0) as (shared, process):
        until(process.ready)
        first = process.pid
        os.kill(first, signal.SIGSTOP)  # so that the snapshot is on its way
        arms = trainer(RunReducer(shared, lambda frame: None, CorePermits(2)))
        arms.advance()
        arms.advance()
        assert not arms.reducer.idle
        with caplog.at_level(logging.WARNING):
            os.kill(first, signal.SIGKILL)
            arms.reducer.join()
        assert [frame.step for frame in arms.history.frames] == [0, 1]
        assert [record.message for record in caplog.records] == [
            "the process that makes frames: it ended; threads make them, and it is started again"
        ]
        until(process.ready)
        assert process.pid != first
        assert bits(observed(arms, 4)) == bits(observed(trainer(InlineReducer())))


def test_a_process_that_does_not_answer_is_ended_and_no_frame_is_lost():
    with reducers(hang_s=0.2) as (shared, process):
        until(process.ready)
        pid = process.pid
        os.kill(pid, signal.SIGSTOP)
        frames = observed(trainer(RunReducer(shared, lambda frame: None, CorePermits(2))), 3)
        assert [frame.step for frame in frames] == [0, 1, 2]
        until(lambda: not Path(f"/proc/{pid}").exists())


@pytest.mark.parametrize("program", [("/does/not/exist",), (sys.executable, "-c", ""), (sys.executable, "-c", "1/0")])
def test_one_that_never_starts_is_tried_a_few_times_and_frames_are_made_here(program, caplog, capfd):
    with reducers(program=program, again_s=0) as (shared, process), caplog.at_level(logging.WARNING):

        def gave_up():
            assert not process.ready()
            return len(caplog.records) == MOST_STARTS

        until(gave_up)
        assert caplog.records[-1].message.endswith("it is not started again")
        frames = observed(trainer(RunReducer(shared, lambda frame: None, CorePermits(2))))
        assert bits(frames) == bits(observed(trainer(InlineReducer())))
        assert process._thread is None


def test_without_files_in_memory_it_takes_an_unnamed_one(monkeypatch):
    def refused(name):
        raise OSError("not allowed")

    monkeypatch.setattr(os, "memfd_create", refused, raising=False)
    with reducers() as (shared, process):
        until(process.ready)
        reducer = RunReducer(shared, lambda frame: None, CorePermits(2))
        assert len(observed(trainer(reducer), 3)) == 3
        assert reducer._way == Way.PROCESS


def test_it_takes_so_many_snapshots_and_no_more(running):
    process = running.process
    write = written_by(trainer(InlineReducer()))
    answered, news = [], threading.Semaphore(0)

    def done(records, seconds):
        answered.append(records)
        news.release()

    os.kill(process.pid, signal.SIGSTOP)
    taken = [process.submit(write, done) for _ in range(reducer_memory.SLOTS + 2)]
    os.kill(process.pid, signal.SIGCONT)
    assert taken == [True] * reducer_memory.SLOTS + [False] * 2
    for _ in range(reducer_memory.SLOTS):
        assert news.acquire(timeout=WAIT)
    assert all(len(records) == 2 for records in answered)


def test_a_snapshot_too_large_for_it_is_reduced_here(running, monkeypatch):
    child = running.process._child
    monkeypatch.setattr(child, "slots", [Slot(slot.memory[:100]) for slot in child.slots])
    reducer = RunReducer(running, lambda frame: None, CorePermits(2))
    assert len(observed(trainer(reducer), 3)) == 3
    assert reducer._way == Way.THREAD
    assert len(running.process._child.free) == reducer_memory.SLOTS
    running.run(lambda: None)
    pool, running._pool = running._pool, None
    pool.shutdown()


def test_one_without_work_ends_and_starts_again_when_there_is_some():
    with reducers(idle_s=0.1) as (_, process):
        until(process.ready)
        pid = process.pid
        until(lambda: process.pid is None and process._thread is None)
        assert not Path(f"/proc/{pid}").exists()
        process._idle_s = WAIT
        until(process.ready)
        assert process.pid != pid


SERVER = """
import os, sys, time
from bnviz.training.reducer_process import ReducerProcess
process = ReducerProcess()
while not process.ready():
    time.sleep(0.005)
if os.fork():
    print(process.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_with_its_server(number, monkeypatch):
    """The fork of the server has its end of the pipe open as well, so that no closed pipe tells the process."""
    command = SERVER if number == signal.SIGKILL else SERVER.replace("os.fork()", "True")
    server = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        pid = int(server.stdout.readline())
        os.kill(server.pid, number)
        until(lambda: not Path(f"/proc/{pid}").exists())
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        _, errors = server.communicate()
    assert errors == b""


def test_its_program_imports_neither_torch_nor_what_a_server_needs():
    code = "import sys, bnviz.training.reducer_program; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    heavy = {"torch", "pandas", "streamlit", "plotly", "asyncio", "starlette", "multiprocessing"}
    assert not heavy.intersection(done.stdout.split())


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is told to this C library")
def test_it_keeps_its_memory_from_one_snapshot_to_the_next(running):
    """Given back and asked for again, it took a third of the time of a frame: 157 to 479 page faults each."""
    wide = compare(RunConfig(dataset="moons", depth=5, width=100, batch_size=60), "norm", ["none", "batch"])
    reducer = RunReducer(running, lambda frame: None, CorePermits(2))
    arms = Trainer(wide, load_dataset("moons"), 1000, StepSchedule(1), StepSchedule(10**6), reducer)
    observed(arms, 20)
    before = page_faults(running.process.pid)
    observed(arms, 40)
    assert page_faults(running.process.pid) - before < 5 * 40
