"""run_sweep_on: a sweep's chunks on a cluster, the same chunks as here and so the same numbers."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from bnviz.cluster.connection import Cluster
from bnviz.cluster.tasks import train_chunk
from bnviz.cluster.work import Lost, compute
from bnviz.data import Dataset
from bnviz.sweeps.engine import SweepStopped, Tell, planned
from bnviz.sweeps.grid import Sweep
from bnviz.sweeps.result import CellResult


def run_sweep_on(
    cluster: Cluster,
    sweep: Sweep,
    dataset: Dataset,
    done: Iterable[str] = (),
    stop: threading.Event | None = None,
    tell: Tell = lambda steps, of: None,
    lost: Lost = lambda reason: None,
) -> Iterator[list[CellResult]]:
    """Train every net of a sweep that is not done, as ``run_sweep`` does, in whatever order chunks finish.

    Args:
        cluster: where.
        sweep: what to train.
        dataset: on what.
        done: keys of cells that need not be trained again.
        stop: set by somebody who has seen enough; chunks not yet finished are given up.
        tell: told (net-steps done, net-steps in all) at every finished chunk.
        lost: told why a chunk is computed again.

    Yields:
        The results of cells that have just been finished.

    Raises:
        SweepStopped: when ``stop`` was set before the last cell was done.
        ClusterError: the cluster went away.
    """
    jobs = [(cells, keys, sweep.steps) for cells, keys in planned(sweep, dataset, done)]
    left = total = sum(len(cells) for cells, _, _ in jobs)
    for _, cells in compute(cluster, train_chunk, dataset, jobs, stop or threading.Event(), lost=lost):
        left -= len(cells)
        tell((total - left) * sweep.steps, total * sweep.steps)
        yield cells
    if left:
        raise SweepStopped
