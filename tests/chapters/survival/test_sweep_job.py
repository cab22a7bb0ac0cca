"""A sweep in the background: progress, stop, resuming, limits, and a thread that ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bnviz.chapters.survival import sweep_job
from bnviz.chapters.survival.cell_cache import CellCache
from bnviz.chapters.survival.sweep_job import SweepJob, cells_by_key, groups_of_cells
from bnviz.chapters.survival.sweep_queue import MAX_NET_STEPS, SweepQueue, check_size
from bnviz.config import InputError, RunConfig
from bnviz.config.limits import Limits
from bnviz.data import Dataset, load_dataset
from bnviz.sweeps import Axis, Sweep, run_sweep
from bnviz.training.permits import CorePermits
from bnviz.training.tasks import TaskQueue, TaskRefusedError

BASE = RunConfig(dataset="moons", depth=1, width=4, activation="tanh", batch_size=16)
SWEEP = Sweep(BASE, Axis("lr", (0.01, 0.1, 1.0)), Axis("init_scale", (0.5, 2.0)), seeds=2, steps=5)
ENDLESS = Sweep(BASE, SWEEP.x, SWEEP.y, seeds=2, steps=1_000_000)
PATIENCE = 20.0


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_job, "NETS_AT_ONCE", {True: 2, False: 2})


def tasks(permits: CorePermits | None = None, **given: float) -> TaskQueue:
    return TaskQueue(permits or CorePermits(1), replace(Limits(), **given))  # type: ignore[arg-type]


def ended(job: SweepJob) -> SweepJob:
    job.join(PATIENCE)
    assert not job.running
    return job


def started(job: SweepJob) -> SweepJob:
    """Wait until the job has made steps."""
    tick = threading.Event()
    for _ in range(int(PATIENCE / 0.005)):
        if job.seconds_left is not None or not job.running:
            break
        tick.wait(0.005)
    assert job.seconds_left is not None
    return job


def test_a_job_finds_what_the_engine_finds(small_groups: None) -> None:
    job = ended(SweepJob(SWEEP, CellCache(), tasks()))
    assert (job.state, job.error, job.share) == ("done", "", 1.0)
    dataset = load_dataset("moons")
    alone = {cell.key: cell for cells in run_sweep(SWEEP, dataset) for cell in cells}
    found = job.result()
    assert {cell.key for cell in found.cells} == set(alone)
    assert len(found.cells) == SWEEP.size
    assert found.chance == 0.5
    assert found.provenance["dataset"] == "moons"
    for cell in found.cells:
        other = alone[cell.key]
        assert (cell.arm, cell.row, cell.column, cell.seed) == (other.arm, other.row, other.column, other.seed)
        assert cell.test_loss == pytest.approx(other.test_loss, rel=1e-4)


def test_the_map_fills_in_both_arms_together(small_groups: None) -> None:
    wanted = cells_by_key(SWEEP, load_dataset("moons"))
    groups = list(groups_of_cells(wanted, set(), SWEEP, 2))
    assert len(groups) == 6
    assert set().union(*groups) == set(wanted)
    for group in groups:
        cells = [wanted[key] for key in group]
        assert len({(cell.row, cell.column) for cell in cells}) == 1
        assert {cell.arm for cell in cells} == {0, 1}
        assert {cell.config.seed for cell in cells} == {0, 1}


def test_cancel_stops_and_what_is_done_stays() -> None:
    cache = CellCache()
    done = ended(SweepJob(SWEEP, cache, tasks()))
    assert len(cache) == SWEEP.size
    job = started(SweepJob(ENDLESS, cache, tasks()))
    assert 0 < job.share < 1
    job.cancel()
    job.cancel()
    assert ended(job).state == "cancelled"
    assert len(cache) == SWEEP.size == len(done.result().cells)


def test_a_sweep_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch, small_groups: None) -> None:
    cache = CellCache()
    half = Sweep(BASE, Axis("lr", (0.01, 0.1)), SWEEP.y, seeds=2, steps=5)
    ended(SweepJob(half, cache, tasks()))
    trained: list[int] = []
    real = run_sweep

    def counting(*arguments: object, **more: object) -> Iterator[object]:
        for cells in real(*arguments, **more):  # type: ignore[arg-type]
            trained.append(len(cells))
            yield cells

    monkeypatch.setattr(sweep_job, "run_sweep", counting)
    job = ended(SweepJob(SWEEP, cache, tasks()))
    assert job.state == "done"
    assert sum(trained) == SWEEP.size - half.size
    positions = {(cell.arm, cell.row, cell.column, cell.seed) for cell in job.result().cells}
    assert len(positions) == SWEEP.size
    trained.clear()
    assert ended(SweepJob(SWEEP, cache, tasks())).share == 1.0
    assert trained == []


def test_kept_nets_find_their_cells_on_another_map() -> None:
    cache = CellCache()
    ended(SweepJob(SWEEP, cache, tasks()))
    turned = Sweep(BASE, Axis("lr", (1.0, 0.5, 0.01)), SWEEP.y, seeds=1, steps=5)
    found = cache.find(cells_by_key(turned, load_dataset("moons")))
    assert {cell.column for cell in found} == {0, 2}
    assert len(found) == 2 * 2 * 2


def test_only_so_many_nets_are_kept() -> None:
    cache = CellCache(3)
    ended(SweepJob(SWEEP, cache, tasks()))
    assert len(cache) == 3


@pytest.mark.parametrize(("limit", "value", "state"), [("task_s", 0.1, "time_limit"), ("unseen_task_s", 0.1, "unseen")])
def test_limits_end_it(limit: str, value: float, state: str) -> None:
    job = SweepJob(ENDLESS, CellCache(), tasks(**{limit: value}))  # type: ignore[arg-type]
    assert ended(job).state == state


def test_it_waits_for_its_turn_and_can_be_cancelled_there() -> None:
    permits, stop = CorePermits(1), threading.Event()
    with permits.time_slice(stop):
        job = SweepJob(SWEEP, CellCache(), tasks(permits))
        job.cancel()
        assert ended(job).state == "cancelled"
    assert job.result().cells == ()


def test_two_jobs_take_turns() -> None:
    queue = tasks(tasks_at_once=2)  # beside each other on one permit
    one, other = (SweepJob(ENDLESS, CellCache(), queue) for _ in range(2))
    started(one), started(other)
    for job in (one, other):
        job.cancel()
        assert ended(job).state == "cancelled"


@pytest.mark.parametrize(
    ("error", "told"), [(InputError("no such data"), "no such data"), (RuntimeError("boom"), "RuntimeError: boom")]
)
def test_errors_are_told(error: Exception, told: str) -> None:
    def fail(_name: str) -> Dataset:
        raise error

    job = ended(SweepJob(SWEEP, CellCache(), tasks(), load=fail))
    assert (job.state, job.error) == ("failed", told)


def test_the_queue_bounds_size_and_number() -> None:
    many = Axis("lr", tuple(0.01 * k for k in range(1, 26)))
    scales = Axis("init_scale", tuple(0.1 * k for k in range(1, 12)))
    with pytest.raises(InputError, match="at most 1,000 nets, this one would have 1,100"):
        check_size(Sweep(BASE, many, scales, seeds=2, steps=5))
    with pytest.raises(InputError, match="steps of all nets"):
        SweepQueue().start(Sweep(BASE, SWEEP.x, SWEEP.y, seeds=2, steps=MAX_NET_STEPS))
    queue = SweepQueue(tasks(tasks=1))
    long = Sweep(BASE, SWEEP.x, SWEEP.y, seeds=2, steps=10_000)
    job = queue.start(long)
    with pytest.raises(TaskRefusedError, match="under way"):
        queue.start(SWEEP)
    job.cancel()
    ended(job)
    second = ended(queue.start(SWEEP))
    assert second.state == "done"
    assert len(queue.cached_result(SWEEP).cells) == SWEEP.size
    assert queue.cached_result(long).cells == ()
