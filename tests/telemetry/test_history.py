"""A history is bounded whatever the length of its run, and keeps what matters."""

import threading

import hand_made_history as hand_made
import numpy as np
import pytest

from bnviz.telemetry.history import FIRST_KEPT
from bnviz.telemetry.records import ARM_FIELDS, Frame, Mark
from bnviz.telemetry.thinned_list import ThinnedList

LONG = 200_000


@pytest.fixture(scope="module")
def long_store():
    """A store of 500 frames after 200,000 captures (one record, shared by all: only steps matter here)."""
    arms = hand_made.frame(0).arms
    store = ThinnedList(FIRST_KEPT, 500)
    for step in range(LONG):
        store.append(Frame(step, arms))
    return store


def test_a_long_store_is_bounded_and_keeps_the_first_and_the_newest(long_store):
    steps = [frame.step for frame in long_store.items()]
    assert len(steps) == 500
    assert steps[:FIRST_KEPT] == list(range(FIRST_KEPT))
    assert FIRST_KEPT == 101  # step 0 and the first 100 captures
    assert steps[-1] == LONG - 1


def assert_even(steps):
    """Equal distances, or twice as wide ones among the older steps only."""
    distances = np.diff(steps)
    least = distances.min()
    assert set(distances.tolist()) <= {least, 2 * least}
    assert (np.diff(distances) <= 0).all()


def test_the_rest_of_a_long_store_is_evenly_thinned(long_store):
    assert_even([frame.step for frame in long_store.items()][FIRST_KEPT:-1])


@pytest.mark.parametrize(("first", "capacity"), [(101, 440), (3, 10), (0, 24), (0, 3), (5, 6)])
def test_a_full_store_neither_grows_nor_shrinks(first, capacity):
    store, lengths = ThinnedList(first, capacity), []
    for step in range(6 * capacity):
        full = store.fullness == 1
        store.append(step)
        if full:
            lengths.append(len(store.items()))
            assert_even(store.items()[first:-1] if capacity > first + 3 else [0, 1])
    assert len(lengths) > 4 * capacity - first
    assert max(lengths) - min(lengths) <= 1  # the newest is one that is kept, or one more
    assert max(lengths) <= max(capacity, first + 2)


def test_a_history_says_how_full_it_is_and_how_large():
    history = hand_made.history(0, capacity=FIRST_KEPT + 9)
    rng = np.random.default_rng(0)
    arm = hand_made.record(rng, layers=2, units=10)
    sizes = []
    for step in range(400):
        history.add_frame(Frame(step, (arm, arm)))
        sizes.append((history.fullness, history.nbytes))
    one = sizes[0][1]
    assert one == 2 * sum(getattr(arm, name).nbytes for name in ARM_FIELDS)
    assert [round(full, 3) for full, _ in sizes[:2]] == [0.009, 0.018]
    assert all(full == 1 and size in (109 * one, 110 * one) for full, size in sizes[FIRST_KEPT + 9 :])


@pytest.mark.parametrize("count", [0, 1, 101, 102, 150, 333])
def test_at_any_moment_the_newest_frame_is_there_once(count):
    store = ThinnedList(FIRST_KEPT, FIRST_KEPT + 10)
    for step in range(count):
        store.append(hand_made.Frame(step, ()))
        steps = [frame.step for frame in store.items()]
        assert steps[-1] == step
        assert steps == sorted(set(steps))
        assert len(steps) <= FIRST_KEPT + 10


def test_a_capacity_that_leaves_no_room_is_refused():
    with pytest.raises(ValueError, match="capacity must be at least"):
        hand_made.history(0, capacity=FIRST_KEPT + 3)
    with pytest.raises(ValueError, match="capacity must be more than first"):
        ThinnedList(FIRST_KEPT, FIRST_KEPT)


def test_by_itself_a_history_of_large_frames_stays_around_12_megabytes():
    history = hand_made.history(0)
    rng = np.random.default_rng(0)
    arm = hand_made.record(rng, layers=20, units=100)
    for step in range(3000):
        history.add_frame(Frame(step, (arm, arm)))
    fields = ("histogram", "unit_percentiles", "parameters", "quantiles")
    size = sum(2 * getattr(arm, name).nbytes for name in fields)
    assert len(history.frames) * size < 16 * 2**20
    assert len(history.frames) > FIRST_KEPT


def test_nearest_is_the_newest_frame_at_or_before():
    history = hand_made.history(3)  # steps 0, 5, 10
    found = [history.nearest(step).step for step in (-1, 0, 4, 5, 9, 10, 99)]
    assert found == [0, 0, 0, 5, 5, 10, 10]
    assert hand_made.history(0).nearest(3) is None


def test_marks_are_bounded_and_divergences_stay():
    history = hand_made.history(0)
    history.add_mark(Mark(1, "diverged", "hidden1", 0))
    for step in range(500):
        history.add_mark(Mark(step, "changed", f"lr={step}"))
    marks = history.marks
    assert len(marks) == 200
    assert marks[0] == Mark(1, "diverged", "hidden1", 0)
    assert marks[-1].step == 499
    assert marks[1].step == 301


def test_surfaces_are_bounded_evenly_thinned_and_the_newest_is_kept():
    history = hand_made.history(0)
    for step in range(300):
        history.add_surface(hand_made.surface(step))
        assert history.surfaces[-1].step == step
        assert len(history.surfaces) <= 24
    steps = [surface.step for surface in history.surfaces]
    assert steps == sorted(set(steps))
    assert steps[0] == 0
    assert_even(steps[:-1])


def test_an_arm_that_ended_gets_no_more_losses():
    curves = hand_made.history(3).curves
    assert [len(curve.step) for curve in curves] == [3, 2]


def test_readers_see_whole_frames_while_a_writer_writes():
    history = hand_made.history(0, capacity=FIRST_KEPT + 4)
    arms = hand_made.frame(0).arms
    stop, trouble = threading.Event(), []

    def read():
        while not stop.is_set():
            steps = [frame.step for frame in history.frames]
            if steps != sorted(set(steps)):
                trouble.append(steps)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for step in range(3000):
        history.add_frame(Frame(step, arms))
        history.add_losses([1.0, 2.0])
    stop.set()
    for reader in readers:
        reader.join(30)
    assert trouble == []
    assert history.frames[-1].step == 2999
