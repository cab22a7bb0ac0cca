"""cluster_executor: lets run_study train its units on a cluster."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from bnviz.cluster.connection import Cluster
from bnviz.cluster.jobs import LostCallback, run_jobs
from bnviz.cluster.tasks import train_unit
from bnviz.data import Dataset
from bnviz.studies.run_study import Executor
from bnviz.studies.study import StudyRun, UnitOutput
from bnviz.studies.study_runner import StudyStopped


def cluster_executor(cluster: Cluster, on_lost: LostCallback = lambda reason: None) -> Executor:
    """Return an executor for ``run_study`` that trains units on this cluster.

    Nodes keep no checkpoints: a unit that is stopped or lost starts again from its first step.

    Args:
        cluster: where to train.
        on_lost: called with the reason when a unit is trained again.
    """

    def execute(
        units: Sequence[StudyRun],
        dataset: Dataset,
        stop: threading.Event,
        on_step: Callable[[str, int], None],
        on_result: Callable[[UnitOutput], None],
    ) -> None:
        def on_start(index: int) -> None:
            on_step(units[index].key, 0)

        left, jobs = len(units), [(unit,) for unit in units]
        for index, output in run_jobs(cluster, train_unit, dataset, jobs, stop, on_start, on_lost):
            on_step(units[index].key, units[index].steps)
            on_result(output)
            left -= 1
        if left:
            raise StudyStopped

    return execute
