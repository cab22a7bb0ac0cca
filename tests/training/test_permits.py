"""Permits are granted first come, first served, and no thread waits after a stop."""

import threading

import pytest
from waiting import until

from bnviz.training.permits import LEAST_SLICE_S, RETURNS_S, ROUND_S, SLICE_S, CorePermits
from bnviz.training.run_queue import RunQueue

WAIT = 30.0


def join_line(permits, target, count):
    """Start a thread and return once it stands in line as number ``count``."""
    thread = threading.Thread(target=target)
    thread.start()
    until(lambda: permits.n_waiting == count)
    return thread


def test_twenty_waiting_threads_are_served_in_the_order_they_came():
    permits, never = CorePermits(1), threading.Event()
    served = []

    def work(number):
        with permits.time_slice(never) as granted:
            served.append((number, granted))

    with permits.time_slice(never) as granted:
        assert granted
        workers = [join_line(permits, lambda n=number: work(n), number + 1) for number in range(20)]
    for worker in workers:
        worker.join(WAIT)
    assert served == [(number, True) for number in range(20)]


def test_twenty_threads_that_come_again_and_again_all_get_their_turns():
    permits, stop = CorePermits(2), threading.Event()
    grants, lock, enough = [0] * 20, threading.Lock(), threading.Event()
    inside, most = 0, 0

    def work(number):
        nonlocal inside, most
        while not stop.is_set():
            with permits.time_slice(stop) as granted:
                if granted:
                    with lock:
                        grants[number] += 1
                        inside += 1
                        most = max(most, inside)
                        if min(grants) >= 20:
                            enough.set()
                    with lock:
                        inside -= 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    assert enough.wait(WAIT)  # no thread starves
    stop.set()
    permits.wake()
    for thread in threads:
        thread.join(WAIT)
        assert not thread.is_alive()
    assert most <= 2
    assert permits.n_free == 2
    assert permits.n_waiting == 0


def test_a_stop_ends_the_waiting_and_takes_no_permit():
    permits, never, stop = CorePermits(1), threading.Event(), threading.Event()
    answers = []

    def wait():
        with permits.time_slice(stop) as granted:
            answers.append(granted)

    with permits.time_slice(never) as granted:
        assert granted
        waiter = join_line(permits, wait, 1)
        stop.set()
        permits.wake()
        waiter.join(WAIT)
        assert answers == [False]
    with permits.time_slice(never) as granted:
        assert granted


def test_an_exception_inside_gives_the_permit_back():
    permits, never = CorePermits(1), threading.Event()
    with pytest.raises(RuntimeError), permits.time_slice(never):
        raise RuntimeError
    with permits.time_slice(never) as granted:
        assert granted


def test_admission_knows_the_places():
    run_queue, runs = RunQueue(2), ["a", "b", "c", "d"]
    assert run_queue.position("a") == -1
    for run in (*runs, "a"):  # being in line twice changes nothing
        run_queue.enter(run)
    assert [run_queue.position(run) for run in runs] == [0, 0, 1, 2]
    assert run_queue.wait_turn("b", 0)
    assert not run_queue.wait_turn("c", 0)
    run_queue.leave("a")
    assert [run_queue.position(run) for run in runs] == [-1, 0, 0, 1]
    run_queue.leave("a")
    assert [run_queue.position(run) for run in runs] == [-1, 0, 0, 1]


def test_when_a_run_leaves_the_next_one_may_train():
    run_queue, answers = RunQueue(1), []
    run_queue.enter("first")
    run_queue.enter("second")
    waiter = threading.Thread(target=lambda: answers.append(run_queue.wait_turn("second", WAIT)))
    waiter.start()
    run_queue.leave("first")
    waiter.join(WAIT)
    assert answers == [True]


def test_a_limit_below_one_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        RunQueue(0)


def test_a_spare_permit_is_one_that_nothing_needs(monkeypatch):
    now = 100.0
    monkeypatch.setattr("bnviz.training.permits.time.monotonic", lambda: now)
    permits, never = CorePermits(2), threading.Event()
    with permits.spare() as one, permits.spare() as two, permits.spare() as three:
        assert (one, two, three) == (True, True, False)
        assert permits.n_free == 0
    assert permits.n_free == 2
    with permits.outside(), permits.spare() as one, permits.spare() as two:
        assert (one, two) == (True, False)  # the thread outside has a core, too
    with permits.time_slice(never):
        pass
    with permits.spare() as one, permits.spare() as two:
        assert (one, two) == (True, False)  # the run comes again in a moment
    now += 2 * RETURNS_S
    with permits.spare() as one, permits.spare() as two:
        assert (one, two) == (True, True)  # it rests


def test_no_permit_is_spare_while_a_thread_waits():
    permits, never = CorePermits(1), threading.Event()

    def work():
        with permits.time_slice(never):
            pass

    with permits.spare() as granted:
        assert granted
        waiter = join_line(permits, work, 1)
        with permits.spare() as another:
            assert not another
    waiter.join(WAIT)
    assert not waiter.is_alive()


def test_no_permit_is_spare_while_a_class_with_short_kernels_takes_turns():
    permits, never = CorePermits(2), threading.Event()
    permits.is_short = True

    def work():
        with permits.time_slice(never):
            pass

    with permits.time_slice(never):
        waiter = join_line(permits, work, 1)
        with permits.spare() as granted:
            assert (permits.n_free, granted) == (1, False)
    waiter.join(WAIT)
    assert not waiter.is_alive()


def test_the_more_wait_the_shorter_a_slice_so_that_each_has_many_turns_a_second():
    permits, never = CorePermits(1), threading.Event()

    def work():
        with permits.time_slice(never):
            pass

    found, workers = [], []
    with permits.time_slice(never):
        for number in range(21):
            found.append(permits.slice_s)
            workers.append(join_line(permits, work, number + 1))
    for worker in workers:
        worker.join(WAIT)
    assert found[0] == SLICE_S
    assert found == sorted(found, reverse=True)
    assert [found[n] * (n + 1) for n in (2, 5, 9)] == pytest.approx([ROUND_S] * 3)
    assert found[20] == LEAST_SLICE_S
    assert 1 / (LEAST_SLICE_S * 20) > 5  # turns a second in a class of 20
