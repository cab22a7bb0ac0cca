"""units_on: where run_study sends its units when they are to run on a cluster."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from bnviz.cluster.connection import Cluster
from bnviz.cluster.tasks import train_unit
from bnviz.cluster.work import Lost, compute
from bnviz.data import Dataset
from bnviz.studies.runner import Elsewhere
from bnviz.studies.study import Finished, Unit
from bnviz.studies.unit_run import Stopped


def units_on(cluster: Cluster, lost: Lost = lambda reason: None) -> Elsewhere:
    """Return what ``run_study`` takes as ``elsewhere``: units on this cluster.

    Checkpoints stay on no node: a unit that is stopped or lost begins anew.

    Args:
        cluster: where.
        lost: told why a unit is computed again.
    """

    def elsewhere(
        units: Sequence[Unit],
        dataset: Dataset,
        stop: threading.Event,
        stepped: Callable[[str, int], None],
        keep: Callable[[Finished], None],
    ) -> None:
        def begun(place: int) -> None:
            stepped(units[place].key, 0)

        left, jobs = len(units), [(unit,) for unit in units]
        for place, finished in compute(cluster, train_unit, dataset, jobs, stop, begun, lost):
            stepped(units[place].key, units[place].steps)
            keep(finished)
            left -= 1
        if left:
            raise Stopped

    return elsewhere
