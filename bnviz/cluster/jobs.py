"""Running jobs on a cluster; the job of a lost worker is submitted again."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bnviz.cluster.connection import Cluster, ClusterError
from bnviz.config import InputError
from bnviz.data import Dataset

MAX_TRIES = 4
"""A job that crashed this many workers (out of memory, for example) is given up."""

POLL_S = 0.2
NO_NODE_S = 60.0
LostCallback = Callable[[str], None]


def run_jobs(
    cluster: Cluster,
    task: Callable[..., Any],
    dataset: Dataset,
    jobs: Sequence[tuple[Any, ...]],
    stop: threading.Event,
    on_start: Callable[[int], None] = lambda index: None,
    on_lost: LostCallback = lambda reason: None,
) -> Iterator[tuple[int, Any]]:
    """Run ``task(cluster.fingerprint, dataset, *job)`` for every job, in any order.

    Args:
        cluster: where to run.
        task: a function that returns the same for the same job, on any node and however often it runs.
        dataset: sent to the cluster once.
        jobs: the arguments of each call.
        stop: once set, the iterator ends and running jobs are canceled.
        on_start: called with the index of every job that is submitted.
        on_lost: called with the reason when a job is submitted again.

    Yields:
        The index of a job in ``jobs`` and its result, in the order in which jobs finish.

    Raises:
        InputError: a worker rejected its input.
        ClusterError: a job was lost ``MAX_TRIES`` times, or no node is left.
        RuntimeError: a job failed.
    """
    ray = cluster.ray
    remote = ray.remote(num_cpus=1, max_retries=0)(task)  # lost jobs are submitted again below, with a message
    data, waiting = ray.put(dataset), deque(range(len(jobs)))
    running: dict[Any, int] = {}
    tries, last_seen = Counter[int](), time.monotonic()
    try:
        while (waiting or running) and not stop.is_set():
            while (
                waiting and len(running) <= cluster.cpus()
            ):  # one more than fits, so that no worker is idle between jobs
                index = waiting.popleft()
                on_start(index)
                running[remote.remote(cluster.fingerprint, data, *jobs[index])] = index
            ready, _ = ray.wait(list(running), timeout=POLL_S)
            last_seen = _last_seen(cluster, last_seen, bool(ready))
            for reference in ready:
                index = running.pop(reference)
                try:
                    result = _result(ray, reference)
                except _LostError as error:
                    tries[index] += 1
                    if tries[index] >= MAX_TRIES:
                        raise ClusterError(f"a job was lost {MAX_TRIES} times, the last time: {error}") from error
                    on_lost(str(error))
                    waiting.appendleft(index)
                else:
                    yield index, result
    finally:
        for reference in running:
            ray.cancel(reference)


class _LostError(Exception):
    """A worker or its node ended before it returned a result."""


def _result(ray: Any, reference: Any) -> Any:  # noqa: ANN401 - whatever the task returns
    try:
        return ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        cause = error.cause
        if isinstance(cause, InputError):
            raise InputError(str(cause)) from None
        raise RuntimeError(f"a worker failed: {type(cause).__name__}: {cause!s:.2000}") from error
    except ray.exceptions.RayError as error:  # all other errors: the worker, its node or its result is lost
        raise _LostError(type(error).__name__) from error


def _last_seen(cluster: Cluster, last_seen: float, ready: bool) -> float:
    """Return when the cluster last had a node; raise ClusterError when that is too long ago."""
    now = time.monotonic()
    if ready or cluster.cpus() > 0:
        return now
    if now - last_seen > NO_NODE_S:
        raise ClusterError(f"the Ray cluster at {cluster.address} has had no node for {NO_NODE_S:.0f} s")
    return last_seen
