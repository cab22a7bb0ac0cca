"""A sweep as a task: it reports its progress, can be canceled and resumed, and does not import Streamlit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping

from bnviz.chapters.survival.cell_cache import CellCache
from bnviz.config.visitor import NOBODY, Visitor
from bnviz.data import Dataset, load_dataset
from bnviz.studies.samples import fingerprint
from bnviz.sweeps.engine import run_sweep
from bnviz.sweeps.grid import Cell, Sweep
from bnviz.sweeps.provenance import provenance_of
from bnviz.sweeps.result import CellResult, SweepResult
from bnviz.training.task import Task
from bnviz.training.tasks import TaskQueue

NETS_AT_ONCE = {True: 48, False: 24}
"""Networks of an arm that train together, on points (True) and on images: fast, and the map fills visibly."""


class SweepJob:
    """A sweep that waits in the queue of all tasks, then trains in slices. It ends as a task ends.

    Args:
        sweep: what to train.
        cache: finished networks; new ones are added to it.
        tasks: the queue; ``TaskRefusedError`` is raised when there are too many.
        visitor: whom it is for.
        is_open: whether the page that shows it may still be open.
        page: the name of that page.
        load: returns the data set of a name.
    """

    def __init__(
        self,
        sweep: Sweep,
        cache: CellCache,
        tasks: TaskQueue,
        visitor: Visitor = NOBODY,
        is_open: Callable[[], bool] = lambda: True,
        page: str = "",
        *,
        load: Callable[[str], Dataset] = load_dataset,
    ) -> None:
        self.sweep = sweep
        self._cache, self._load = cache, load
        self._lock = threading.Lock()
        self._cells: list[CellResult] = []
        self._chance = 0.0
        self._provenance: Mapping[str, object] = {}
        # Steps of all networks that are not cached, and of those the ones of finished groups.
        self._to_train: int | None = None
        self._in_groups = 0
        self.task = tasks.start(self._work, visitor, is_open, page)

    @property
    def state(self) -> str:
        """The state of its task."""
        return self.task.state

    @property
    def error(self) -> str:
        """The message of a failure."""
        return self.task.failure

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.task.running

    @property
    def share(self) -> float:
        """The fraction of the networks' steps that are done, with those of cached networks, 0..1."""
        if self._to_train is None:
            return 0.0
        return 1 - self._to_train / (self.sweep.size * self.sweep.steps) * (1 - self.task.share)

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the end at the speed so far; None before the first steps."""
        return self.task.seconds_left

    def result(self) -> SweepResult:
        """Return the networks that are finished so far."""
        with self._lock:
            return SweepResult(self.sweep, tuple(self._cells), self._chance, dict(self._provenance))

    def keep_alive(self) -> None:
        """Record that a page shows the sweep."""
        self.task.keep_alive()

    def cancel(self) -> None:
        """Stop soon; finished networks are kept. Safe to call twice."""
        self.task.cancel()

    def join(self, timeout: float) -> None:
        """Wait for the end, at most ``timeout`` seconds."""
        self.task.join(timeout)

    def _work(self, task: Task) -> None:
        dataset = self._load(self.sweep.base.dataset)
        self._start = time.monotonic()
        wanted = cells_by_key(self.sweep, dataset)
        found = self._cache.find(wanted)
        with self._lock:
            self._chance = 1 / dataset.n_classes
            self._cells.extend(found)
        cached = {cell.key for cell in found}
        self._to_train = to_train = (len(wanted) - len(cached)) * self.sweep.steps

        def on_progress(steps: int, _total: int) -> None:
            task.report(self._in_groups + steps, to_train)

        for group in groups_of_cells(wanted, cached, self.sweep, NETS_AT_ONCE[dataset.is_plane]):
            others = wanted.keys() - group
            for cells in run_sweep(self.sweep, dataset, others, None, on_progress):
                self._add(cells, dataset)
            self._in_groups += len(group) * self.sweep.steps

    def _add(self, cells: list[CellResult], dataset: Dataset) -> None:
        self._cache.put(cells)
        provenance = provenance_of(self.sweep, dataset, time.monotonic() - self._start)
        with self._lock:
            self._cells.extend(cells)
            self._provenance = provenance


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
