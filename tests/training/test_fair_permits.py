"""Every visitor gets the same share of the permits, and threads with short kernels take turns."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

from waiting import until

from bnviz.config.visitor import Visitor
from bnviz.training import permits as room
from bnviz.training.permits import SHORT_S, CorePermits
from bnviz.training.run_queue import RunQueue

NEVER = threading.Event()
WAIT = 30.0


def hold(permits, seconds, stop, times):
    """Compute in slices of so many seconds until told to stop; times are added up under the thread's place."""
    while not stop.is_set():
        with permits.time_slice(stop) as granted:
            while granted:
                started = time.perf_counter()
                NEVER.wait(seconds)
                times.append(time.perf_counter() - started)
                granted = not stop.is_set() and permits.goes_on()


def shares(count, accounts, seconds=1.0):
    """Let one thread for each (account, slice) compute side by side; return the seconds that each got."""
    permits, stop = CorePermits(count), threading.Event()
    found = [[] for _ in accounts]
    threads = [
        threading.Thread(target=hold, args=(permits.of(name), slice_s, stop, times))
        for (name, slice_s), times in zip(accounts, found, strict=True)
    ]
    for thread in threads:
        thread.start()
    NEVER.wait(seconds)
    stop.set()
    permits.wake()
    for thread in threads:
        thread.join(WAIT)
        assert not thread.is_alive()
    assert (permits.n_free, permits.n_waiting) == (count, 0)
    return [sum(times) for times in found]


def test_a_visitor_with_many_runs_gets_what_one_with_a_single_run_gets():
    found = shares(1, [("greedy", 0.01)] * 9 + [("modest", 0.01)])
    assert 0.35 < found[-1] / sum(found) < 0.65  # first come, first served would give 0.1


def test_one_with_long_steps_gets_no_more_than_one_with_short_ones():
    found = shares(1, [("long", 0.06), ("short", 0.01)])
    assert 0.3 < found[1] / sum(found) < 0.7  # turn by turn would give 0.14


def test_a_rest_is_not_saved_up():
    permits = CorePermits(1)
    rested, busy = permits.of("rested"), permits.of("busy")
    for _ in range(10):
        with busy.time_slice(NEVER):
            NEVER.wait(0.01)
    stop, times = threading.Event(), {"rested": [], "busy": []}
    threads = [
        threading.Thread(target=hold, args=(p, 0.01, stop, times[n])) for n, p in (("rested", rested), ("busy", busy))
    ]
    for thread in threads:
        thread.start()
    NEVER.wait(0.3)
    stop.set()
    permits.wake()
    for thread in threads:
        thread.join(WAIT)
    assert sum(times["busy"]) > 0.3 * sum(times["rested"])


def test_threads_with_short_kernels_take_turns_and_leave_the_other_core_to_long_ones():
    permits = CorePermits(2)
    short, other, long = permits.of("a"), permits.of("b"), permits.of("c")
    for each in (short, other):
        each.note_kernels(100 * SHORT_S / 2, 100)
        assert each.is_short
    long.note_kernels(100 * SHORT_S * 2, 100)
    assert not long.is_short
    entered = threading.Event()

    def enter():
        with other.time_slice(NEVER):
            entered.set()

    thread = threading.Thread(target=enter)
    with short.time_slice(NEVER):
        thread.start()
        while permits.n_waiting != 1:
            NEVER.wait(0.001)
        with long.time_slice(NEVER) as granted:
            assert granted
        assert not entered.is_set()
    thread.join(WAIT)
    assert entered.is_set()


def test_what_computes_on_the_other_core_does_not_make_those_who_wait_equal(monkeypatch):
    """All who came back were given the time of a surface beside the class, and served as they came."""
    clock = [0.0]
    monkeypatch.setattr(room, "time", SimpleNamespace(perf_counter=lambda: clock[0], monotonic=time.monotonic))
    permits, served = CorePermits(2), []
    greedy, frugal, holder, patient = (permits.of(name) for name in ("greedy", "frugal", "holder", "patient"))
    for each, seconds in ((greedy, 5), (frugal, 1)):
        with each.time_slice(NEVER):
            clock[0] += seconds
    for each in (greedy, frugal, holder, patient):
        each.is_short = True

    def serve(name, each):
        with each.time_slice(NEVER):
            served.append(name)

    threads = []
    with holder.time_slice(NEVER):
        for name, each in (("patient", patient), ("greedy", greedy), ("frugal", frugal)):
            threads.append(threading.Thread(target=serve, args=(name, each)))
            threads[-1].start()
            until(lambda: permits.n_waiting == len(threads))
            with permits.of("surface").time_slice(NEVER):
                clock[0] += 100
    for thread in threads:
        thread.join(WAIT)
    assert served == ["patient", "frugal", "greedy"]


def test_a_visitor_waits_for_own_runs_and_lets_others_pass():
    queue = RunQueue(3, per_visitor=1, per_address=2)
    me, you, they = Visitor("me", "1"), Visitor("you", "1"), Visitor("they", "1")
    far = Visitor("far", "2")
    runs = [object() for _ in range(6)]
    for run, visitor in zip(runs, (me, me, you, they, far, Visitor()), strict=True):
        queue.enter(run, visitor)
    assert [queue.position(run) for run in runs] == [0, 1, 0, 2, 0, 3]
    assert queue.counts(me) == (6, 2, 4)
    queue.leave(runs[0])
    assert [queue.position(run) for run in runs[1:]] == [0, 0, 1, 0, 2]


def test_those_who_cannot_be_told_apart_have_no_limit_of_one():
    queue = RunQueue(3, per_visitor=1, per_address=1)
    runs = [object() for _ in range(3)]
    for run in runs:
        queue.enter(run)
    assert [queue.position(run) for run in runs] == [0, 0, 0]


def test_a_browser_without_a_cookie_is_known_by_its_address():
    queue = RunQueue(3, per_visitor=1)
    runs = [object(), object()]
    for run in runs:
        queue.enter(run, Visitor("", "1"))
    assert [queue.position(run) for run in runs] == [0, 1]
