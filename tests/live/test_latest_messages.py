"""The newest message of each kind: slow viewers skip, nobody misses the last word."""

import asyncio
import threading

from bnviz.live.latest_messages import Cursor, LatestMessages, Wakeup

FRAME, STATUS = 2, 4


def put(outbox, kind, content):
    outbox.publish(kind, lambda seq: f"{content}@{seq}".encode())


def current(outbox):
    cursor = Cursor()
    assert outbox.catch_up(cursor)
    assert not outbox.catch_up(cursor)
    return cursor


def test_a_slow_viewer_skips_frames_and_gets_the_newest():
    outbox = LatestMessages()
    cursor = current(outbox)
    for index in range(1000):
        put(outbox, FRAME, index)
    assert outbox.newer(cursor) == [b"999@1000"]
    assert outbox.newer(cursor) == []


def test_kinds_do_not_push_each_other_out():
    outbox = LatestMessages()
    cursor = current(outbox)
    put(outbox, STATUS, "a")
    put(outbox, FRAME, "b")
    assert outbox.newer(cursor) == [b"a@1", b"b@2"]


def test_each_viewer_has_its_own_place():
    outbox = LatestMessages()
    quick, slow = current(outbox), current(outbox)
    put(outbox, FRAME, 1)
    assert outbox.newer(quick) == [b"1@1"]
    put(outbox, FRAME, 2)
    assert outbox.newer(quick) == [b"2@2"]
    assert outbox.newer(slow) == [b"2@2"]


def test_of_two_states_the_one_built_last_is_the_one_that_stays():
    """Two threads publish at once: the second waits with building, so what it builds is newer and wins."""
    outbox = LatestMessages()
    cursor = current(outbox)
    building, go_on = threading.Event(), threading.Event()
    state = ["old"]

    def slowly(seq):
        seen = state[0]
        building.set()
        assert go_on.wait(10)
        return f"{seen}@{seq}".encode()

    first = threading.Thread(target=outbox.publish, args=(STATUS, slowly))
    first.start()
    assert building.wait(10)
    state[0] = "new"
    second = threading.Thread(target=outbox.publish, args=(STATUS, lambda seq: f"{state[0]}@{seq}".encode()))
    second.start()
    assert outbox.newer(cursor) == []
    go_on.set()
    first.join()
    second.join()
    assert outbox.newer(cursor) == [b"new@2"]
    assert outbox.newer(cursor) == []


def test_a_new_generation_forgets_and_asks_for_the_backlog():
    outbox = LatestMessages()
    cursor = current(outbox)
    put(outbox, FRAME, 1)
    outbox.begin_generation()
    assert outbox.catch_up(cursor)
    assert outbox.newer(cursor) == []
    put(outbox, FRAME, 2)
    assert outbox.newer(cursor) == [b"2@2"]


def test_what_was_begun_for_a_former_source_does_not_reach_the_new_one():
    outbox = LatestMessages()
    cursor = current(outbox)

    def slowly(seq):
        outbox.begin_generation()
        return b"of the former run"

    outbox.publish(FRAME, slowly)
    assert outbox.catch_up(cursor)
    assert outbox.newer(cursor) == []


def test_viewers_are_counted():
    outbox, loop = LatestMessages(), asyncio.new_event_loop()
    wakers = [Wakeup(loop) for _ in range(3)]
    for waker in (*wakers, wakers[0]):
        outbox.subscribe(waker)
    assert outbox.viewers == 3
    outbox.unsubscribe(wakers[0])
    outbox.unsubscribe(wakers[0])
    assert outbox.viewers == 2
    loop.close()
    put(outbox, FRAME, 1)  # a viewer whose loop is gone troubles nobody


def test_a_waker_wakes_from_any_thread_and_once_for_many_calls():
    async def wait_twice():
        waker = Wakeup(asyncio.get_running_loop())
        thread = threading.Thread(target=lambda: [waker.wake() for _ in range(100)])
        thread.start()
        await asyncio.wait_for(waker.wait(), 30)
        await asyncio.to_thread(thread.join)
        waker.wake()
        await asyncio.wait_for(waker.wait(), 30)

    asyncio.run(wait_twice())
