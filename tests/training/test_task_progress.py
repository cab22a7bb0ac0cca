"""How far a computation is moves steadily, and the rest is told once it can be known."""

from __future__ import annotations

import pytest

from bnviz.training.task_progress import KNOWN_AFTER_S, TaskProgress


@pytest.fixture(autouse=True)
def as_fast_as_the_recordings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TaskProgress, "_slowness", 1.0)


class Machine:
    """A clock, pause points and seconds of computing, moved by hand."""

    def __init__(self) -> None:
        self.now, self.points, self.busy_s = 100.0, 0, 0.0
        self.progress = TaskProgress(lambda: self.points, lambda: self.busy_s, lambda: self.now)
        self.progress.start()

    def compute(self, seconds: float, points: int = 0, report: tuple[int, int] | None = None) -> None:
        self.now += seconds
        self.busy_s += seconds
        self.points += points
        if report is not None:
            self.progress.report(*report)
        self.progress.sample()


def test_the_rest_is_unknown_at_first_and_then_what_is_left_at_the_present_speed() -> None:
    machine = Machine()
    for second in range(1, 100):
        machine.compute(1.0, report=(second, 200))
        left = machine.progress.seconds_left
        if second <= KNOWN_AFTER_S:
            assert left is None
        elif second > KNOWN_AFTER_S + 2:
            assert left == pytest.approx(200 - second, rel=0.1)


def test_the_rest_follows_a_change_of_speed_and_shrinks_between_two_reports() -> None:
    machine = Machine()
    for done in range(1, 41):
        machine.compute(1.0, report=(done, 200))
    for done in range(41, 101):  # others came: half the speed
        machine.compute(2.0, report=(done, 200))
    left = machine.progress.seconds_left
    assert left == pytest.approx(200, rel=0.1)
    machine.now += 10
    assert machine.progress.seconds_left == pytest.approx(left - 10)


def test_the_first_part_is_followed_by_its_expected_time_and_later_ones_by_their_pause_points() -> None:
    machine = Machine()
    shares = []
    for seed in range(3):
        machine.progress.report(seed, 3)
        machine.progress.expect(1, 5.0, "a test")
        for _ in range(10):  # twice as slow as the machine of the recordings
            machine.compute(1.0, points=7)
            shares.append(machine.progress.share)
    assert shares == sorted(set(shares))  # it always moves
    assert 0.8 / 3 < shares[5] < shares[9] < 0.95 / 3  # the first part is nearly over, as far as is known
    assert shares[14] == pytest.approx(1.5 / 3)
    assert shares[24] == pytest.approx(2.5 / 3)


def test_a_part_of_another_kind_takes_the_slowness_of_the_machine_into_account() -> None:
    machine = Machine()
    machine.progress.report(0, 20)
    machine.progress.expect(10, 5.0, "one")
    machine.compute(10.0, points=1)
    machine.progress.report(10, 20)
    machine.progress.expect(10, 5.0, "other")
    machine.compute(5.0, points=1)
    assert machine.progress.share == pytest.approx(0.75)


def test_the_share_never_shrinks() -> None:
    machine = Machine()
    machine.progress.report(1, 4)
    machine.progress.report(2, 4)
    machine.compute(1.0, points=50)
    before = machine.progress.share
    machine.progress.report(2, 4)
    assert machine.progress.share >= before
