"""What a running study says of itself: units and steps done, and about how long it still takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bnviz.studies.study import Unit


@dataclass(frozen=True, slots=True)
class Progress:
    """A study at one moment.

    Attributes:
        units_done: units finished, those of an earlier start included.
        units: units in all.
        steps_done: updates made, likewise.
        steps: updates in all.
        arm: of the unit last heard of, or "".
        seed: of the same.
        seconds_left: by the speed since this start, or None where there is none yet.
        unit_ended: whether this unit is finished.
    """

    units_done: int
    units: int
    steps_done: int
    steps: int
    arm: str
    seed: int
    seconds_left: float | None
    unit_ended: bool = False


Tell = Callable[[Progress], None]


class Meter:
    """Counts steps over all units.

    Args:
        units: all units of the study.
        done: keys of those finished before.
        tell: told at every change.
        cost: what one step of a unit costs, by its key, relative to others; 1 where not given.
    """

    def __init__(
        self, units: Sequence[Unit], done: set[str], tell: Tell, cost: Mapping[str, float] | None = None
    ) -> None:
        self._units, self._done, self._tell = {unit.key: unit for unit in units}, set(done), tell
        self._steps = {unit.key: unit.steps if unit.key in done else 0 for unit in units}
        self._begun_units: set[str] = set()
        self._cost, self._begun, self._worked = dict(cost or {}), time.perf_counter(), 0.0

    def stepped(self, key: str, step: int) -> None:
        """Note how far a unit is; what it had done before this start counts for nothing in the speed."""
        before = self._steps[key]
        if key in self._begun_units:
            self._worked += (step - before) * self._cost.get(key, 1.0)
        self._begun_units.add(key)  # the first word of a unit may be of what a checkpoint held
        self._steps[key] = step
        self._say(key)

    def finished(self, key: str) -> None:
        """Note that a unit has ended, at its last step or before."""
        self._steps[key] = self._units[key].steps
        self._done.add(key)
        self._say(key)

    def _say(self, key: str) -> None:
        unit = self._units[key]
        left = sum((u.steps - self._steps[k]) * self._cost.get(k, 1.0) for k, u in self._units.items())
        passed = time.perf_counter() - self._begun
        self._tell(
            Progress(
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
