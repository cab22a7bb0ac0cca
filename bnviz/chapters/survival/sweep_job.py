"""A sweep in its own thread: it reports its progress, can be canceled and resumed, and does not import Streamlit."""

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

MAX_SECONDS = 1800.0
MAX_UNSEEN_SECONDS = 180.0
"""A job that no page has shown for so long stops; a tab in the background still asks once a minute."""

NETS_AT_ONCE = {True: 48, False: 24}
"""Networks of an arm that train together, on points (True) and on images: fast, and the map fills visibly."""

RUNNING, ENDED = "running", ("done", "cancelled", "time_limit", "unseen", "failed")


class SweepJob:
    """A running sweep. Its daemon thread ends with the last network, on ``cancel``, or at a limit.

    Args:
        sweep: what to train.
        cache: finished networks; new ones are added to it.
        permits: permits to compute; the job passes its permit on every few steps.
        load: returns the data set of a name.
        max_s: seconds after which it stops.
        max_unseen_s: seconds without ``keep_alive`` after which it stops.

    Attributes:
        state: RUNNING or one of ENDED.
        error: the message of a failure.
    """

    def __init__(
        self,
        sweep: Sweep,
        cache: CellCache,
        permits: CorePermits,
        *,
        load: Callable[[str], Dataset] = load_dataset,
        max_s: float = MAX_SECONDS,
        max_unseen_s: float = MAX_UNSEEN_SECONDS,
    ) -> None:
        self.sweep = sweep
        self.state, self.error = RUNNING, ""
        self._cache, self._permits, self._load = cache, permits, load
        self._max_s, self._max_unseen_s = max_s, max_unseen_s
        self._lock = threading.Lock()
        self._cells: list[CellResult] = []
        self._chance = 0.0
        self._provenance: Mapping[str, object] = {}
        self._stop, self._stop_state = threading.Event(), "cancelled"
        self._start = self._last_seen = time.monotonic()
        # Steps of all networks that are not cached: in all, of finished groups, and of the group that trains.
        self._to_train = self._in_groups = self._in_group = 0
        self._thread = threading.Thread(target=self._work, name=f"bnviz-sweep-{id(self):x}", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.state == RUNNING

    @property
    def share(self) -> float:
        """The fraction of the networks' steps that are done, with those of cached networks, 0..1."""
        total = self.sweep.size * self.sweep.steps
        if self._to_train:
            done = total - self._to_train + self._in_groups + self._in_group
        else:
            done = len(self._cells) * self.sweep.steps
        return min(1.0, done / total)

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the end at the speed so far; None before the first steps."""
        done = self._in_groups + self._in_group
        return (time.monotonic() - self._start) / done * (self._to_train - done) if done else None

    def result(self) -> SweepResult:
        """Return the networks that are finished so far."""
        with self._lock:
            return SweepResult(self.sweep, tuple(self._cells), self._chance, dict(self._provenance))

    def keep_alive(self) -> None:
        """Record that a page shows the sweep."""
        self._last_seen = time.monotonic()

    def cancel(self) -> None:
        """Stop soon; finished networks are kept. Safe to call twice."""
        self._end("cancelled")

    def join(self, timeout: float) -> None:
        """Wait for the end, at most ``timeout`` seconds."""
        self._thread.join(timeout)

    def _end(self, state: str) -> None:
        if not self._stop.is_set():
            self._stop_state = state
            self._stop.set()
            self._permits.wake()

    def _work(self) -> None:
        try:
            dataset = self._load(self.sweep.base.dataset)
            with ExitStack() as permit:
                self._train(dataset, permit)
        except SweepStopped:
            self.state = self._stop_state
        except InputError as error:
            self.error, self.state = str(error), "failed"
        except Exception as error:  # no caller is above a thread: the page must show any error
            self.error, self.state = f"{type(error).__name__}: {error}", "failed"
        else:
            self.state = "done"

    def _train(self, dataset: Dataset, permit: ExitStack) -> None:
        wanted = cells_by_key(self.sweep, dataset)
        found = self._cache.find(wanted)
        with self._lock:
            self._chance = 1 / dataset.n_classes
            self._cells.extend(found)
        cached = {cell.key for cell in found}
        self._to_train = (len(wanted) - len(cached)) * self.sweep.steps

        def on_progress(steps: int, _total: int) -> None:
            self._in_group = steps
            self._pass_on(permit)

        self._pass_on(permit)
        for group in groups_of_cells(wanted, cached, self.sweep, NETS_AT_ONCE[dataset.is_plane]):
            others = wanted.keys() - group
            for cells in run_sweep(self.sweep, dataset, others, self._stop, on_progress):
                self._add(cells, dataset)
            self._in_groups, self._in_group = self._in_groups + len(group) * self.sweep.steps, 0

    def _add(self, cells: list[CellResult], dataset: Dataset) -> None:
        self._cache.put(cells)
        provenance = provenance_of(self.sweep, dataset, time.monotonic() - self._start)
        with self._lock:
            self._cells.extend(cells)
            self._provenance = provenance

    def _pass_on(self, permit: ExitStack) -> None:
        """Release the permit to the sweep that waits longest and wait for it again; stop at a limit."""
        permit.close()
        now = time.monotonic()
        if now - self._start > self._max_s:
            self._end("time_limit")
        elif now - self._last_seen > self._max_unseen_s:
            self._end("unseen")
        if not permit.enter_context(self._permits.time_slice(self._stop)):
            raise SweepStopped


def cells_by_key(sweep: Sweep, dataset: Dataset) -> dict[str, Cell]:
    """Return the networks of a sweep by their hashes, in the order of ``Sweep.cells``."""
    data_key = fingerprint(dataset)
    return {cell.key(sweep.steps, data_key): cell for cell in sweep.cells()}


def groups_of_cells(wanted: Mapping[str, Cell], cached: set[str], sweep: Sweep, max_nets: int) -> Iterator[set[str]]:
    """Yield the keys of networks that train together: all arms and seeds of a few cells of the map.

    Args:
        wanted: networks by their hashes, see ``cells_by_key``.
        cached: hashes of those that are finished already.
        sweep: the sweep, for its number of seeds.
        max_nets: number of networks of one arm that may train together; at least one cell does.
    """
    by_cell: dict[tuple[int, int], set[str]] = {}
    for key, cell in wanted.items():
        if key not in cached:
            by_cell.setdefault((cell.row, cell.column), set()).add(key)
    keys, count = list(by_cell.values()), max(1, max_nets // sweep.seeds)
    for start in range(0, len(keys), count):
        yield set().union(*keys[start : start + count])
