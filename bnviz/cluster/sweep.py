"""run_sweep_on: a sweep's chunks on a cluster; they are cut as in a local run, so the numbers are equal."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from bnviz.cluster.connection import Cluster
from bnviz.cluster.jobs import LostCallback, run_jobs
from bnviz.cluster.tasks import train_chunk
from bnviz.data import Dataset
from bnviz.progress import ProgressCallback, no_progress
from bnviz.sweeps.engine import SweepStopped, plan_chunks
from bnviz.sweeps.grid import Sweep
from bnviz.sweeps.result import CellResult


def run_sweep_on(
    cluster: Cluster,
    sweep: Sweep,
    dataset: Dataset,
    done: Iterable[str] = (),
    stop: threading.Event | None = None,
    on_progress: ProgressCallback = no_progress,
    on_lost: LostCallback = lambda reason: None,
) -> Iterator[list[CellResult]]:
    """Train every unfinished net of a sweep, as ``run_sweep`` does; chunks come in the order in which they finish.

    Args:
        cluster: where to train.
        sweep: which nets to train.
        dataset: the data.
        done: keys of cells that are not trained again.
        stop: once set, the sweep ends and unfinished chunks are discarded.
        on_progress: called with (net-steps done, net-steps in all) at every finished chunk.
        on_lost: called with the reason when a chunk is trained again.

    Yields:
        The results of the cells of a chunk.

    Raises:
        SweepStopped: ``stop`` was set before the last cell was done.
        ClusterError: the connection to the cluster was lost.
    """
    jobs = [(cells, keys, sweep.steps) for cells, keys in plan_chunks(sweep, dataset, done)]
    left = total = sum(len(cells) for cells, _, _ in jobs)
    for _, cells in run_jobs(cluster, train_chunk, dataset, jobs, stop or threading.Event(), on_lost=on_lost):
        left -= len(cells)
        on_progress((total - left) * sweep.steps, total * sweep.steps)
        yield cells
    if left:
        raise SweepStopped
