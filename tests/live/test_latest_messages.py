"""The newest message of each kind: slow viewers skip messages, but every viewer gets the last one."""

import asyncio
import threading

from bnviz.live.latest_messages import Cursor, LatestMessages, Wakeup

FRAME, STATUS = 2, 4


def put(latest, kind, content):
    latest.publish(kind, lambda seq: f"{content}@{seq}".encode())


def current(latest):
    cursor = Cursor()
    assert latest.catch_up(cursor)
    assert not latest.catch_up(cursor)
    return cursor


def test_a_slow_viewer_skips_frames_and_gets_the_newest():
    latest = LatestMessages()
    cursor = current(latest)
    for index in range(1000):
        put(latest, FRAME, index)
    assert latest.newer(cursor) == [b"999@1000"]
    assert latest.newer(cursor) == []


def test_kinds_do_not_push_each_other_out():
    latest = LatestMessages()
    cursor = current(latest)
    put(latest, STATUS, "a")
    put(latest, FRAME, "b")
    assert latest.newer(cursor) == [b"a@1", b"b@2"]


def test_each_viewer_has_its_own_place():
    latest = LatestMessages()
    quick, slow = current(latest), current(latest)
    put(latest, FRAME, 1)
    assert latest.newer(quick) == [b"1@1"]
    put(latest, FRAME, 2)
    assert latest.newer(quick) == [b"2@2"]
    assert latest.newer(slow) == [b"2@2"]


def test_of_two_states_the_one_built_last_is_the_one_that_stays():
    """Two threads publish at once: the second waits with building, so what it builds is newer and wins."""
    latest = LatestMessages()
    cursor = current(latest)
    building, go_on = threading.Event(), threading.Event()
    state = ["old"]

    def slowly(seq):
        seen = state[0]
        building.set()
        assert go_on.wait(10)
        return f"{seen}@{seq}".encode()

    first = threading.Thread(target=latest.publish, args=(STATUS, slowly))
    first.start()
    assert building.wait(10)
    state[0] = "new"
    second = threading.Thread(target=latest.publish, args=(STATUS, lambda seq: f"{state[0]}@{seq}".encode()))
    second.start()
    assert latest.newer(cursor) == []
    go_on.set()
    first.join()
    second.join()
    assert latest.newer(cursor) == [b"new@2"]
    assert latest.newer(cursor) == []


def test_a_new_generation_forgets_and_asks_for_the_backlog():
    latest = LatestMessages()
    cursor = current(latest)
    put(latest, FRAME, 1)
    latest.begin_generation()
    assert latest.catch_up(cursor)
    assert latest.newer(cursor) == []
    put(latest, FRAME, 2)
    assert latest.newer(cursor) == [b"2@2"]


def test_what_was_begun_for_a_former_source_does_not_reach_the_new_one():
    latest = LatestMessages()
    cursor = current(latest)

    def slowly(seq):
        latest.begin_generation()
        return b"of the former run"

    latest.publish(FRAME, slowly)
    assert latest.catch_up(cursor)
    assert latest.newer(cursor) == []


def test_viewers_are_counted():
    latest, loop = LatestMessages(), asyncio.new_event_loop()
    wakeups = [Wakeup(loop) for _ in range(3)]
    for wakeup in (*wakeups, wakeups[0]):
        latest.subscribe(wakeup)
    assert latest.viewers == 3
    latest.unsubscribe(wakeups[0])
    latest.unsubscribe(wakeups[0])
    assert latest.viewers == 2
    loop.close()
    put(latest, FRAME, 1)  # a viewer whose loop is closed affects no other viewer


def test_a_wakeup_works_from_any_thread_and_once_for_many_calls():
    async def wait_twice():
        wakeup = Wakeup(asyncio.get_running_loop())
        thread = threading.Thread(target=lambda: [wakeup.wake() for _ in range(100)])
        thread.start()
        await asyncio.wait_for(wakeup.wait(), 30)
        await asyncio.to_thread(thread.join)
        wakeup.wake()
        await asyncio.wait_for(wakeup.wait(), 30)

    asyncio.run(wait_twice())


def test_what_was_built_for_a_source_that_is_no_longer_shown_reaches_no_viewer():
    """A frame takes a millisecond to build; a recording may be opened meanwhile."""
    latest = LatestMessages()

    def build(seq):
        latest.begin_generation()
        return b"of the former source"

    latest.publish(FRAME, build, latest.generation)
    cursor = Cursor()
    assert latest.catch_up(cursor)
    assert latest.newer(Cursor(generation=latest.generation)) == latest.newer(cursor) == []
