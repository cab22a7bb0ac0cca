"""Handing out jobs to a cluster and taking in results; what a lost worker had is handed out again."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bnviz.cluster.connection import Cluster, ClusterError
from bnviz.config import InputError
from bnviz.data import Dataset

MOST_TRIES = 4
"""A job that took this many workers down with it (no memory, say) will not do better."""

POLL_S = 0.2
NO_NODE_S = 60.0
Lost = Callable[[str], None]


def compute(
    cluster: Cluster,
    task: Callable[..., Any],
    dataset: Dataset,
    jobs: Sequence[tuple[Any, ...]],
    stop: threading.Event,
    begun: Callable[[int], None] = lambda place: None,
    lost: Lost = lambda reason: None,
) -> Iterator[tuple[int, Any]]:
    """Run ``task(cluster.made, dataset, *job)`` for every job, in any order.

    Args:
        cluster: where.
        task: a function that gives the same for the same job, wherever and however often it runs.
        dataset: sent to the cluster once.
        jobs: what to run.
        stop: once set, the iterator ends and what is running is canceled.
        begun: told the place of a job that is handed out.
        lost: told why a job is handed out again.

    Yields:
        Places in ``jobs`` and results, as they come.

    Raises:
        InputError: a worker found its input wrong.
        ClusterError: a job was lost ``MOST_TRIES`` times, or no node is left.
        RuntimeError: a job failed.
    """
    ray = cluster.ray
    remote = ray.remote(num_cpus=1, max_retries=0)(task)  # we hand out again ourselves, and say so
    data, waiting = ray.put(dataset), deque(range(len(jobs)))
    flying: dict[Any, int] = {}
    tries, heard = Counter[int](), time.monotonic()
    try:
        while (waiting or flying) and not stop.is_set():
            while waiting and len(flying) <= cluster.cpus():  # one more than fit, so that nobody waits for us
                place = waiting.popleft()
                begun(place)
                flying[remote.remote(cluster.made, data, *jobs[place])] = place
            ready, _ = ray.wait(list(flying), timeout=POLL_S)
            heard = _still_there(cluster, heard, bool(ready))
            for reference in ready:
                place = flying.pop(reference)
                try:
                    result = _result(ray, reference)
                except _LostError as error:
                    tries[place] += 1
                    if tries[place] >= MOST_TRIES:
                        raise ClusterError(f"a job was lost {MOST_TRIES} times, the last time: {error}") from error
                    lost(str(error))
                    waiting.appendleft(place)
                else:
                    yield place, result
    finally:
        for reference in flying:
            ray.cancel(reference)


class _LostError(Exception):
    """A worker or its node ended before it could answer."""


def _result(ray: Any, reference: Any) -> Any:  # noqa: ANN401 - whatever the task returns
    try:
        return ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        cause = error.cause
        if isinstance(cause, InputError):
            raise InputError(str(cause)) from None
        raise RuntimeError(f"a worker failed: {type(cause).__name__}: {cause!s:.2000}") from error
    except ray.exceptions.RayError as error:  # all others: the worker, its node or its answer is gone
        raise _LostError(type(error).__name__) from error


def _still_there(cluster: Cluster, heard: float, ready: bool) -> float:
    """Return when the cluster last had a node; raise when that is too long ago."""
    now = time.monotonic()
    if ready or cluster.cpus() > 0:
        return now
    if now - heard > NO_NODE_S:
        raise ClusterError(f"the Ray cluster at {cluster.address} has had no node for {NO_NODE_S:.0f} s")
    return heard
