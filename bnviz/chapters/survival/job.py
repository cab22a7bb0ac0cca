"""A sweep in a thread of its own: it reports, stops, goes on where it was. Knows no Streamlit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

from bnviz.chapters.survival.cell_cache import CellCache
from bnviz.config import InputError
from bnviz.data import Dataset, load_dataset
from bnviz.studies.samples import fingerprint
from bnviz.sweeps.engine import SweepStopped, run_sweep
from bnviz.sweeps.grid import Cell, Sweep
from bnviz.sweeps.provenance import provenance_of
from bnviz.sweeps.result import CellResult, SweepResult
from bnviz.training.permits import CorePermits

MOST_SECONDS = 1800.0
UNSEEN_SECONDS = 180.0
"""A job that nobody has looked at for so long stops; a tab in the background still asks once a minute."""

NETS_AT_ONCE = {True: 48, False: 24}
"""Nets of an arm trained together, on points and on images: fast enough, and the map is seen to fill."""

RUNNING, ENDED = "running", ("done", "cancelled", "time_limit", "unseen", "failed")


class SweepJob:
    """A sweep under way. Its daemon thread ends with the last net, on ``cancel``, or at a limit.

    Args:
        sweep: what to train.
        cache: finished nets; new ones are put there.
        permits: who may compute; the job hands its permit on every few steps.
        load: gives the data set of a name.
        most_s: seconds after which it stops.
        unseen_s: seconds without ``touch`` after which it stops.

    Attributes:
        state: RUNNING or one of ENDED.
        error: the sentence of a failure.
    """

    def __init__(
        self,
        sweep: Sweep,
        cache: CellCache,
        permits: CorePermits,
        *,
        load: Callable[[str], Dataset] = load_dataset,
        most_s: float = MOST_SECONDS,
        unseen_s: float = UNSEEN_SECONDS,
    ) -> None:
        self.sweep = sweep
        self.state, self.error = RUNNING, ""
        self._cache, self._permits, self._load = cache, permits, load
        self._most_s, self._unseen_s = most_s, unseen_s
        self._lock = threading.Lock()
        self._cells: list[CellResult] = []
        self._chance = 0.0
        self._provenance: Mapping[str, object] = {}
        self._stop, self._why = threading.Event(), "cancelled"
        self._begun = self._seen = time.monotonic()
        self._before = self._steps = 0
        self._of = 0
        self._thread = threading.Thread(target=self._work, name=f"bnviz-sweep-{id(self):x}", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.state == RUNNING

    @property
    def share(self) -> float:
        """Share of the nets' steps that are made, those of kept nets included, 0..1."""
        total = self.sweep.size * self.sweep.steps
        made = total - self._of + self._before + self._steps if self._of else len(self._cells) * self.sweep.steps
        return min(1.0, made / total)

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the end at the speed so far; None before the first steps."""
        made = self._before + self._steps
        return (time.monotonic() - self._begun) / made * (self._of - made) if made else None

    def result(self) -> SweepResult:
        """Return what is done by now."""
        with self._lock:
            return SweepResult(self.sweep, tuple(self._cells), self._chance, dict(self._provenance))

    def keep_alive(self) -> None:
        """Say that somebody looks."""
        self._seen = time.monotonic()

    def cancel(self) -> None:
        """Stop soon; finished nets stay. Safe to call twice."""
        self._end("cancelled")

    def join(self, timeout: float) -> None:
        """Wait for the end, at most ``timeout`` seconds."""
        self._thread.join(timeout)

    def _end(self, why: str) -> None:
        if not self._stop.is_set():
            self._why = why
            self._stop.set()
            self._permits.wake()

    def _work(self) -> None:
        try:
            dataset = self._load(self.sweep.base.dataset)
            with ExitStack() as turn:
                self._train(dataset, turn)
        except SweepStopped:
            self.state = self._why
        except InputError as error:
            self.error, self.state = str(error), "failed"
        except Exception as error:  # a thread has nobody above it: the page must hear of anything
            self.error, self.state = f"{type(error).__name__}: {error}", "failed"
        else:
            self.state = "done"

    def _train(self, dataset: Dataset, turn: ExitStack) -> None:
        wanted = cells_by_key(self.sweep, dataset)
        found = self._cache.find(wanted)
        with self._lock:
            self._chance = 1 / dataset.n_classes
            self._cells.extend(found)
        known = {cell.key for cell in found}
        self._of = (len(wanted) - len(known)) * self.sweep.steps

        def tell(steps: int, _of: int) -> None:
            self._steps = steps
            self._hand_on(turn)

        self._hand_on(turn)
        for group in _groups(wanted, known, self.sweep, NETS_AT_ONCE[dataset.is_plane]):
            others = wanted.keys() - group
            for cells in run_sweep(self.sweep, dataset, others, self._stop, tell):
                self._take(cells, dataset)
            self._before, self._steps = self._before + len(group) * self.sweep.steps, 0

    def _take(self, cells: list[CellResult], dataset: Dataset) -> None:
        self._cache.put(cells)
        facts = provenance_of(self.sweep, dataset, time.monotonic() - self._begun)
        with self._lock:
            self._cells.extend(cells)
            self._provenance = facts

    def _hand_on(self, turn: ExitStack) -> None:
        """Give the permit to who waits longest and wait for it again; stop at a limit."""
        turn.close()
        now = time.monotonic()
        if now - self._begun > self._most_s:
            self._end("time_limit")
        elif now - self._seen > self._unseen_s:
            self._end("unseen")
        if not turn.enter_context(self._permits.time_slice(self._stop)):
            raise SweepStopped


def cells_by_key(sweep: Sweep, dataset: Dataset) -> dict[str, Cell]:
    """Return the nets of a sweep by their hashes, in the order of ``Sweep.cells``."""
    data_key = fingerprint(dataset)
    return {cell.key(sweep.steps, data_key): cell for cell in sweep.cells()}


def _groups(wanted: Mapping[str, Cell], known: set[str], sweep: Sweep, nets: int) -> Iterator[set[str]]:
    """Yield keys that are trained together: all arms and seeds of a few places, spread over the map."""
    places: dict[tuple[int, int], set[str]] = {}
    for key, cell in wanted.items():
        if key not in known:
            places.setdefault((cell.row, cell.column), set()).add(key)
    keys, many = list(places.values()), max(1, nets // sweep.seeds)
    for start in range(0, len(keys), many):
        yield set().union(*keys[start : start + many])
