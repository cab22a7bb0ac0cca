"""Progress of a running study: units and steps done, and an estimate of the time left."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bnviz.studies.study import StudyRun

REPORT_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class StudyProgress:
    """A study at one moment.

    Attributes:
        units_done: finished units, including those of an earlier start.
        units: units in all.
        steps_done: updates made, including those of an earlier start.
        steps: updates in all.
        arm: the arm of the unit that reported last.
        seed: the seed of that unit.
        seconds_left: an estimate from the speed since this start; None while there is no speed yet.
        unit_ended: whether that unit is finished.
    """

    units_done: int
    units: int
    steps_done: int
    steps: int
    arm: str
    seed: int
    seconds_left: float | None
    unit_ended: bool = False


StudyProgressCallback = Callable[[StudyProgress], None]


class Throttle:
    """Limits how often something is reported.

    Args:
        interval_s: least seconds between two reports.
    """

    def __init__(self, interval_s: float = REPORT_EVERY_S) -> None:
        self._interval_s, self._last = interval_s, 0.0

    def is_due(self, force: bool = False) -> bool:
        """Return whether to report now; if so (or if forced), the next interval starts."""
        now = time.perf_counter()
        due = force or now - self._last >= self._interval_s
        if due:
            self._last = now
        return due


def throttled(callback: StudyProgressCallback) -> StudyProgressCallback:
    """Return a callback that passes on a few reports a second, and every finished unit."""
    throttle, units_done = Throttle(), -1

    def pass_on(progress: StudyProgress) -> None:
        nonlocal units_done
        if throttle.is_due(force=progress.units_done != units_done):
            units_done = progress.units_done
            callback(progress)

    return pass_on


class ProgressMeter:
    """Counts steps over all units of a study.

    Args:
        units: all units of the study.
        done: keys of the units that are already finished.
        on_progress: called at every change.
        cost: relative cost of one step by the unit's key; 1 where not given.
    """

    def __init__(
        self,
        units: Sequence[StudyRun],
        done: set[str],
        on_progress: StudyProgressCallback,
        cost: Mapping[str, float] | None = None,
    ) -> None:
        self._units, self._done, self._on_progress = {unit.key: unit for unit in units}, set(done), on_progress
        self._steps = {unit.key: unit.steps if unit.key in done else 0 for unit in units}
        self._started_units: set[str] = set()
        self._cost, self._started, self._worked = dict(cost or {}), time.perf_counter(), 0.0

    def record_step(self, key: str, step: int) -> None:
        """Record how far a unit is; what it had done before this start does not count for the speed."""
        before = self._steps[key]
        if key in self._started_units:
            self._worked += (step - before) * self._cost.get(key, 1.0)
        self._started_units.add(key)  # a unit's first report may include the steps of its checkpoint
        self._steps[key] = step
        self._report(key)

    def record_end(self, key: str) -> None:
        """Record that a unit has ended, at its last step or before."""
        self._steps[key] = self._units[key].steps
        self._done.add(key)
        self._report(key)

    def _report(self, key: str) -> None:
        unit = self._units[key]
        left = sum((u.steps - self._steps[k]) * self._cost.get(k, 1.0) for k, u in self._units.items())
        passed = time.perf_counter() - self._started
        self._on_progress(
            StudyProgress(
                len(self._done),
                len(self._units),
                sum(self._steps.values()),
                sum(u.steps for u in self._units.values()),
                unit.arm,
                unit.seed,
                left * passed / self._worked if self._worked else None,
                key in self._done,
            )
        )
