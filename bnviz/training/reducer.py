"""Reducer: one thread that turns observations into frames, beside the runs that saw them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock


class Reducer:
    """A thread named ``bnviz-reduce_0``, started when first needed; jobs are done in the order they came.

    Each run has at most one job under way (``Run`` sees to that), so the line is never longer than the
    number of runs.
    """

    def __init__(self) -> None:
        self._pool: ThreadPoolExecutor | None = None
        self._lock = Lock()

    def submit(self, job: Callable[[], None]) -> Future[None]:
        """Have a job done; its exception, if any, comes out of the future."""
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(1, thread_name_prefix="bnviz-reduce")
            return self._pool.submit(job)

    def close(self) -> None:
        """End the thread after the jobs it has; a later job starts a new one."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True)
