"""When to observe, and where the weights have been."""

import math
from itertools import pairwise

import pytest
import torch
from torch import nn

from bnviz.training.schedule import MilestoneSchedule, StepSchedule, TimeBudgetSchedule
from bnviz.training.trajectory import TrajectoryLog, flat_weights, weights_of
from tests.pretend_device import pretend_device


def test_a_time_budget_keeps_the_rate():
    schedule = TimeBudgetSchedule(rate=10, share=0.5)
    assert schedule.is_due(0, 100.0)
    schedule.record_cost(100.0, cost=0.001)
    assert not schedule.is_due(1, 100.099)
    assert schedule.is_due(1, 100.101)


def test_costs_that_seemed_to_be_nothing_at_first_are_counted_later():
    schedule, due = TimeBudgetSchedule(rate=1000, share=0.1), 0
    for number in range(1000):
        now = 100 + 0.01 * number
        if schedule.is_due(number, now):
            due += 1
            schedule.record_cost(now, cost=0.0 if due <= 5 else 0.01)
    assert due == pytest.approx(0.1 * 1000, rel=0.1)


def test_the_rate_is_kept_on_average_where_steps_are_late():
    schedule = TimeBudgetSchedule(rate=10, share=0.5)
    due = 0
    for now in (100 + 0.03 * step for step in range(1000)):  # a step of 0.03 s meets no multiple of 0.1 s
        if schedule.is_due(0, now):
            schedule.record_cost(now, cost=0.001)
            due += 1
    assert due == pytest.approx(300, abs=1)
    schedule.record_cost(200.0, cost=0.001)  # after a pause, what was missed is not made up for
    assert [schedule.is_due(0, 200.0 + after) for after in (0.05, 0.11)] == [False, True]


def test_a_larger_share_holds_from_the_next_cost_on():
    schedule, due = TimeBudgetSchedule(rate=1000, share=0.1), {}
    now = 0.0
    for share in (0.1, 0.2):
        schedule.share, due[share] = share, 0
        for step in range(10_000):
            now += 0.001
            if schedule.is_due(step, now):
                schedule.record_cost(now, cost=0.005)
                due[share] += 1
    assert due[0.1] == pytest.approx(10 * 0.1 / 0.005, rel=0.05)
    assert due[0.2] == pytest.approx(10 * 0.2 / 0.005, rel=0.05)


def test_a_share_of_its_own_seconds_is_less_on_a_busy_machine():
    now = processor = 0.0
    schedule = TimeBudgetSchedule(rate=30, share=0.05, own_clock=lambda: processor, own_share=0.1)
    due = {}
    for have in (1.0, 0.1):  # the part of the core that other programs leave
        due[have] = 0
        for step in range(10_000):
            now += 0.001
            processor += 0.001 * have
            if schedule.is_due(step, now):
                processor += 0.001
                schedule.record_cost(now, cost=0.001)
                due[have] += 1
    assert due[1.0] == pytest.approx(300, rel=0.05)  # the rate limits them
    assert due[0.1] == pytest.approx(0.1 * 0.1 * 10 / 0.001, rel=0.12)  # the share of 1 s of the processor
    processor = 0.0  # another thread goes on with the run
    assert schedule.is_due(0, 1e6)


def test_a_time_budget_keeps_the_share():
    schedule = TimeBudgetSchedule(rate=1000, share=0.1)
    captures, now = 0, 0.0
    while now < 50.0:
        now += 0.001
        if schedule.is_due(0, now):
            schedule.record_cost(now, cost=0.02)
            now += 0.02
            captures += 1
    assert schedule.spent == pytest.approx(0.02 * captures)
    assert schedule.spent / now == pytest.approx(0.1, rel=0.05)


def test_a_cost_that_no_later_one_will_have_is_spent_but_delays_nothing():
    """As of the first steps on a GPU, of which one is recorded as a graph."""
    schedule = TimeBudgetSchedule(rate=10, share=0.1)
    schedule.record_cost(0.0, cost=0.001)
    schedule.record_cost(1.0, cost=5.0, typical=False)
    assert not schedule.is_due(0, 1.05)
    assert schedule.is_due(0, 1.2)
    assert schedule.spent == pytest.approx(5.001)
    for _ in range(20):
        schedule.record_cost(1.2, cost=5.0)
    assert not schedule.is_due(0, 8.0)


def test_one_that_was_held_up_delays_the_next_ones_by_little():
    """As by a collection of garbage: a frame of 1 ms that took 200 left a run without frames for many seconds."""
    for costs in ([0.2, 0.001, 0.001], [0.001, 0.2, 0.001], [0.001] * 9 + [0.2]):
        schedule = TimeBudgetSchedule(rate=100, share=0.1)
        for cost in costs:
            schedule.record_cost(0.0, cost=cost)
        assert schedule.is_due(0, 0.03), costs
    for _ in range(20):
        schedule.record_cost(0.0, cost=0.2)
    assert not schedule.is_due(0, 1.5), "a cost that stays is believed"


def test_what_an_observed_step_takes_anyway_is_among_the_seconds_that_it_has_a_share_of():
    own = 0.0
    schedule = TimeBudgetSchedule(rate=1e6, share=1e6, own_clock=lambda: own, own_share=0.31)
    for step in range(10):
        assert schedule.is_due(step, step), "3 ms of 10 are less than 0.31: every step may be observed"
        own += 0.010
        schedule.record_cost(step, cost=0.003)
    assert schedule.is_due(10, 10.0)
    own += 0.010
    schedule.record_cost(10.0, cost=0.03)
    own += 0.001
    assert not schedule.is_due(11, 11.0)


def test_capture_now_makes_the_next_one_due_at_once():
    schedule = TimeBudgetSchedule(rate=1, share=0.1)
    schedule.record_cost(0.0, cost=5.0)
    assert not schedule.is_due(1, 10.0)
    schedule.capture_now()
    assert schedule.is_due(1, 0.0)


def test_a_step_schedule_has_fixed_steps():
    schedule = StepSchedule(stride=10, dense=3)
    assert [step for step in range(35) if schedule.is_due(step, math.nan)] == [0, 1, 2, 10, 20, 30]
    schedule.capture_now()
    assert not schedule.is_due(5, 0.0)


def test_a_trajectory_is_the_displacement_of_the_weights():
    net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1))
    start = flat_weights([net])[0].clone()
    assert start.shape == (2 * 3 + 3,)  # no biases, no gamma, no beta
    log = TrajectoryLog([net])
    log.offer(0, [net])  # step 0 is the start itself
    with torch.no_grad():
        net[0].weight += 0.5
    log.offer(8, [net])
    (path,) = log.snapshot()
    assert torch.equal(path.start, start)
    assert path.steps == (8,)
    assert path.displacement.tolist() == [[0.5] * 6 + [0.0] * 3]


@pytest.mark.parametrize("like", ["cuda", "mps"])
def test_the_path_of_a_gpu_is_waited_for_when_the_next_point_is_due(like):
    """With the weights that were there when the point was offered, though training has gone on."""
    with pretend_device(like) as pretend:
        net = nn.Linear(2, 1, bias=False)
        with torch.no_grad():
            net.weight.copy_(torch.tensor([[1.0, 2.0]]))
        net = net.to(pretend.device)
        log = TrajectoryLog([net])
        with pretend.counting() as waits:
            for step in (1, 100, 200):
                with torch.no_grad():
                    net.weight.add_(1)
                log.offer(step, [net])
            assert len(waits) == (2 if like == "cuda" else 3)
            (path,) = log.snapshot()
        assert len(waits) == 3
    assert path.steps == (1, 100, 200)
    assert path.displacement.tolist() == [[1, 1], [2, 2], [3, 3]]


def test_a_path_is_bounded_and_evenly_spaced():
    net = nn.Linear(2, 2)
    log = TrajectoryLog([net, net])
    for step in range(20_000):
        log.offer(step, [net, net])
        if step % 1000 == 999:
            steps = log.snapshot()[1].steps
            gaps = {b - a for a, b in pairwise(steps)}
            assert len(steps) <= 24
            assert max(gaps) <= 2 * min(gaps)
            assert steps[-1] > 0.8 * step
    assert len(log.snapshot()[0].displacement) >= 12


def test_twins_keep_their_common_start_once_and_others_their_own():
    one, other = nn.Linear(3, 2), nn.Linear(3, 2)
    twin = nn.Sequential(nn.Flatten(), nn.Linear(3, 2))
    twin[1].load_state_dict(one.state_dict())
    first, second, third = TrajectoryLog([one, twin, other]).snapshot()
    assert first.start.data_ptr() == second.start.data_ptr()
    assert torch.equal(third.start, other.weight.detach().flatten())


def test_kernels_are_weights_and_a_gamma_of_three_axes_is_none():
    net = nn.Sequential(nn.Conv2d(2, 3, 3), nn.LayerNorm((3, 4, 4)), nn.Flatten(), nn.Linear(48, 2))
    assert list(weights_of(net)) == ["0.weight", "3.weight"]
    assert len(flat_weights([net.to(memory_format=torch.channels_last)])[0]) == 2 * 3 * 9 + 48 * 2
    assert torch.equal(flat_weights([net])[0][:54].view(3, 2, 3, 3), net[0].weight.detach())


def test_a_net_too_large_for_a_path_has_only_its_start():
    net = nn.Linear(4000, 1000)  # 4 million weights: 8 MB a point
    log = TrajectoryLog([net])
    log.offer(10, [net])
    (path,) = log.snapshot()
    assert path.steps == ()
    assert path.displacement.shape == (0, 4_000_000)


def test_milestones_are_due_whatever_the_clock_says_and_count_as_cost():
    schedule = MilestoneSchedule((0, 2, 5), TimeBudgetSchedule(rate=1.0, share=0.5))
    due = []
    for step in range(8):
        if schedule.is_due(step, now=100.0 + 0.1 * step):
            due.append(step)
            schedule.record_cost(100.0 + 0.1 * step, cost=0.01)
    assert due == [0, 2, 5]
    assert not schedule.is_due(7, now=101.4)  # 1 s after the milestone at step 5, not after step 0
    assert schedule.is_due(7, now=101.6)
    assert schedule.spent == pytest.approx(0.03)
