"""Many runs: a queue with places, and progress for all."""

from run_listener import WAIT, until_step
from waiting import until

from bnviz.training.permits import CorePermits
from bnviz.training.run_queue import RunQueue
from bnviz.training.trainer import CAPTURE_SHARE, SHARED_CAPTURE_SHARE


def test_a_run_beyond_the_limit_queues_and_moves_up(make_run):
    run_queue = RunQueue(1)
    first, first_listener = make_run(run_queue=run_queue)
    first.play()
    until_step(first, first_listener, 1)
    second, listener = make_run(run_queue=run_queue)
    third, third_listener = make_run(run_queue=run_queue)
    second.play()
    listener.until(lambda: second.state.status == "queued")
    third.play()
    third_listener.until(lambda: third.state.status == "queued")
    assert second.state.queue_position == 1
    assert third.state.queue_position == 2
    assert second.step == third.step == 0
    first.pause()
    until_step(second, listener, 1)
    second.stop(WAIT)
    until_step(third, third_listener, 1)
    third_listener.until(lambda: third.state.status == "running")
    assert third.state.queue_position is None


def test_a_single_step_out_of_the_queue_leaves_no_place_behind(make_run):
    run_queue = RunQueue(1)
    first, first_listener = make_run(run_queue=run_queue)
    first.play()
    until_step(first, first_listener, 1)
    second, listener = make_run(run_queue=run_queue)
    second.step_once()
    listener.until(lambda: second.state.status == "queued")
    first.stop(WAIT)
    listener.until(lambda: second.state.status == "paused")
    assert second.state.queue_position is None
    assert second.step == 1


def test_pausing_in_the_queue_leaves_it(make_run):
    run_queue = RunQueue(1)
    first, first_listener = make_run(run_queue=run_queue)
    first.play()
    until_step(first, first_listener, 1)
    second, listener = make_run(run_queue=run_queue)
    second.play()
    listener.until(lambda: second.state.status == "queued")
    second.pause()
    listener.until(lambda: second.state.status == "paused")
    second.checkpoint(WAIT)  # it has read its mail and left the line
    listener.until(lambda: run_queue.position(second) == -1 or second.checkpoint(WAIT) is None)
    assert second.state.queue_position is None


def test_twenty_runs_at_once_all_make_progress(make_run):
    permits, run_queue = CorePermits(2), RunQueue(32)
    runs = [make_run(permits=permits, run_queue=run_queue) for _ in range(20)]
    for run, _ in runs:
        run.play()
    for run, listener in runs:
        until_step(run, listener, 30)
    for run, _ in runs:
        run.stop(0)
    for run, _ in runs:
        assert run.stop(WAIT)
    losses = {run.history.curves[1].loss_mean[:30].tobytes() for run, _ in runs}
    assert len(losses) == 1  # side by side they all see the same numbers


def test_frames_may_take_more_of_the_time_while_another_run_waits_and_only_then(make_run):
    """A run that shared two cores with twelve tasks had 7.8 frames per second: each counted 5 to 8 ms."""
    permits = CorePermits(1)
    (first, listener), (second, _) = (make_run(permits=permits) for _ in range(2))

    def share():
        return first._trainer.capture_schedule.share

    first.play()
    until_step(first, listener, 5)
    assert share() == CAPTURE_SHARE
    second.play()
    until(lambda: share() == SHARED_CAPTURE_SHARE)
    assert second.stop(WAIT)
    until(lambda: share() == CAPTURE_SHARE)
