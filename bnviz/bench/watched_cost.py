"""Where the time of a watched run goes: its thread's seconds, part by part, and those of the threads beside it.

Each part is measured alone, in processor seconds, and multiplied by how often it happened in a session with a viewer.
What is left of the run's own processor seconds is the price of company (caches, the interpreter's lock); what is left
of the seconds on the clock is waiting, for a core as much as for the lock.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from itertools import pairwise

from bnviz.bench.kept_snapshots import KeptSnapshots
from bnviz.bench.result import BenchRow
from bnviz.bench.thread_clock import processor_clock
from bnviz.bench.throughput import Viewer, five_layers
from bnviz.data import load_dataset
from bnviz.live.lean import LeanStream
from bnviz.live.registry import Registry
from bnviz.live.session import Session
from bnviz.training.loop import Step
from bnviz.training.reducer_process import ReducerProcess
from bnviz.training.schedule import StepSchedule
from bnviz.training.state import Status
from bnviz.training.trainer import Trainer

STEPS = 40
"""Steps of each kind in one round."""
EVERY = 4
"""Of so many steps, one is observed."""
DETAILS = ("histogram",)
"""What the first panel with layers draws."""
BESIDE = ("reducing, of another core", "sending, of another core")
LIMITS = {
    "bookkeeping": 0.02,
    "evaluating": 0.03,
    "observing": 0.04,
    "handing over": 0.02,
    BESIDE[0]: 0.05,
    BESIDE[1]: 0.01,
}
"""Largest shares of the run's processor seconds; of those beside it, shares of a core."""


@dataclass(slots=True)
class PartCosts:
    """Processor seconds of each part, medians over rounds.

    Attributes:
        step: one update of all arms, and nothing else.
        bookkeeping: what the trainer adds to each step.
        observing: what is added to an observed step.
        handing_over: a snapshot to the memory of the process that reduces it.
        reducing: a snapshot to numbers, in that process.
        sending: its answer to a frame, and to the bytes of one viewer.
        evaluating: all arms on the test data.
    """

    step: float
    bookkeeping: float
    observing: float
    handing_over: float
    reducing: float
    sending: float
    evaluating: float


def part_costs(rounds: int = 5) -> PartCosts:
    """Measure each part alone, in turns, so that a busy machine slows all of them."""
    never, kept = StepSchedule(10**9), KeptSnapshots()
    experiment = five_layers()
    dataset = load_dataset(experiment.base.dataset)

    def trainer(every: int) -> Trainer:
        return Trainer(experiment, dataset, 10**6, StepSchedule(every), never, kept)

    plain, observed = trainer(10**9), trainer(EVERY)
    plain._steps = alone = _Timed(plain._steps)
    stream, found = LeanStream(DETAILS, ends=True), []
    observed.advance()
    for _ in range(rounds + 1):
        alone.spent = 0.0
        advance = _seconds(plain.advance, STEPS)
        step = alone.spent / STEPS
        before, watched, handing_over, reducing, receiving, sending = _observed(observed, kept, stream)
        evaluating = _seconds(plain.evaluate, 1)
        parts = advance - step, watched - before, handing_over, reducing, receiving + sending, evaluating
        found.append((step, *parts))
    return PartCosts(*(max(0.0, statistics.median(part)) for part in zip(*found[1:], strict=True)))


class _Timed(Iterator[Step]):
    """Steps, and the processor seconds of each, so that what a trainer adds to them is not lost in their noise."""

    def __init__(self, steps: Iterator[Step]) -> None:
        self._steps = steps
        self.spent = 0.0

    def __next__(self) -> Step:
        started = time.thread_time()
        step = next(self._steps)
        self.spent += time.thread_time() - started
        return step


def _observed(trainer: Trainer, kept: KeptSnapshots, stream: LeanStream) -> list[float]:
    """Return the seconds of a step, of the next one, which is observed, and of each station of its snapshot.

    Reducing, which is another core's work, empties the caches; so steps that are not measured come first.
    """

    def send() -> None:
        list(stream.lean([kept.encoded()]))

    spent: list[list[float]] = []
    for _ in range(STEPS):
        for _ in range(EVERY - 2):
            trainer.advance()
        clock = [time.thread_time()]
        for act in (trainer.advance, trainer.advance, kept.hand_over, kept.reduce_one, kept.receive, send):
            act()
            clock.append(time.thread_time())
        spent.append([after - before for before, after in pairwise(clock)])
    return [sum(each) / STEPS for each in zip(*spent, strict=True)]


def _seconds(act: Callable[[], object], count: int) -> float:
    started = time.thread_time()
    for _ in range(count):
        act()
    return (time.thread_time() - started) / max(1, count)


def watched_cost(seconds: float = 6.0) -> list[BenchRow]:
    """Measure the parts before and after a session with a viewer, and return the share of each in the run's time."""
    first = part_costs()
    with _running_session() as (session, viewer):
        before = _counts(session, viewer)
        time.sleep(seconds)
        spent = {name: after - before[name] for name, after in _counts(session, viewer).items()}
    costs = PartCosts(*(sum(pair) / 2 for pair in zip(astuple(first), astuple(part_costs()), strict=True)))
    wall, own, steps, frames = (spent[name] for name in ("wall", "run", "steps", "frames"))
    shares = {
        "steps": steps * costs.step / own,
        "bookkeeping": steps * costs.bookkeeping / own,
        "evaluating": spent["evaluations"] * costs.evaluating / own,
        "observing": frames * costs.observing / own,
        "handing over": frames * costs.handing_over / own,
    }
    rest = 1 - sum(shares.values())
    shares |= {BESIDE[0]: frames * costs.reducing / wall, BESIDE[1]: frames * costs.sending / wall}
    detail = {
        "steps_per_s": round(steps / wall, 1),
        "frames_per_s": round(frames / wall, 1),
        "microseconds": {name: round(1e6 * getattr(costs, name)) for name in PartCosts.__dataclass_fields__},
        "shares": {name: round(share, 4) for name, share in shares.items()},
        "slower in company": round(rest, 4),
        "run waits for a core or the lock": round(1 - own / wall, 4),
        "cores of the threads": {name: round(spent[name] / wall, 4) for name in ("run", "reducer", "viewer")},
    }
    rows = [
        BenchRow("share of a watched run's processor that is its steps", shares["steps"], 0.85, True, "ratio", detail)
    ]
    return rows + [
        BenchRow(f"watched run: {name}", shares[name], limit, False, "ratio") for name, limit in LIMITS.items()
    ]


@contextmanager
def _running_session() -> Iterator[tuple[Session, Viewer]]:
    process = ReducerProcess()
    registry = Registry(process=process)
    session = registry.open()
    viewer = Viewer(session)
    try:
        session.configure(five_layers(), autostart=True)
        while session.status != Status.RUNNING or not (viewer.frames and process.ready()):
            time.sleep(0.01)
        time.sleep(1.0)  # until the governor knows its costs
        yield session, viewer
    finally:
        viewer.close()
        registry.close_all()


def _counts(session: Session, viewer: Viewer) -> dict[str, float]:
    """Return what grows: seconds on the clock and of each thread's processor, steps, frames and evaluations."""
    run, history = session.run, session.history
    if run is None or history is None:
        raise RuntimeError("the run has not begun")
    threads = {"run": f"bnviz-run-{run.number}", "reducer": "bnviz-reducer", "viewer": "bnviz-bench-viewer"}
    return {
        "wall": time.perf_counter(),
        "steps": run.step,
        "frames": viewer.frames,
        "evaluations": len(history.evaluations[0].step),
        **{name: processor_clock(thread)() for name, thread in threads.items()},
    }
