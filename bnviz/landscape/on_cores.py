"""Chunks of one computation on every core that a run may use, with the numbers that one thread gives."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, Thread

import torch

from bnviz.training.pace import pause_point
from bnviz.training.permits import CorePermits

Worker = Callable[[int], None]
"""Computes the chunk of this number and writes the result where it belongs; used by one thread only."""

MOST_THREADS = 8
"""More would wait for Python, which only one of them runs at a time, and each has memory of its own."""

ASKS_EVERY_S = 0.02
"""So often a helper that found no spare permit asks for one."""


def compute_chunks(
    n_chunks: int,
    make_worker: Callable[[], Worker],
    permits: CorePermits | None = None,
    on_chunk: Callable[[], None] = lambda: None,
) -> None:
    """Compute chunks 0, 1, ..., n_chunks - 1, each of them once.

    The calling thread needs no permit; one that it has is passed on between two chunks. Helpers take chunks from the
    same queue, but only with a spare permit: when all cores train, they do nothing. A chunk is the same work in each
    thread, so the numbers do not depend on who did it.

    Args:
        n_chunks: how many there are.
        make_worker: called once per thread, in the calling thread; what workers share they only read.
        permits: the cores to share; None computes all chunks in the calling thread.
        on_chunk: called in the calling thread after each of its own chunks; may wait, or raise to give up.

    Raises:
        What ``on_chunk`` or a worker raises; the helpers have ended by then.
    """
    queue, worker = _Queue(n_chunks), make_worker()
    if permits is None:
        _work(queue, worker, on_chunk)
        return
    # Where torch itself computes with many threads, they are on the cores already.
    most = min(n_chunks, permits.count // torch.get_num_threads(), MOST_THREADS)
    helpers = [_Helper(number, queue, make_worker(), permits) for number in range(1, most)]
    with permits.outside():
        try:
            for helper in helpers:
                helper.start()
            _work(queue, worker, on_chunk)
        finally:
            queue.close()
            for helper in helpers:
                helper.join()
    for helper in helpers:
        if helper.error is not None:
            raise helper.error


def _work(queue: _Queue, worker: Worker, on_chunk: Callable[[], None]) -> None:
    while (number := queue.next()) is not None:
        worker(number)
        on_chunk()
        pause_point()


class _Queue:
    """The numbers of the chunks that no thread has taken yet."""

    def __init__(self, n_chunks: int) -> None:
        self._next, self._n_chunks = 0, n_chunks
        self._lock, self.closed = Lock(), Event()

    def next(self) -> int | None:
        """Return a number, or None when there are no more."""
        with self._lock:
            if self._next >= self._n_chunks or self.closed.is_set():
                return None
            self._next += 1
            return self._next - 1

    def close(self) -> None:
        """Let all threads end after their chunk."""
        self.closed.set()


class _Helper:
    """A thread that computes chunks while a permit is spare."""

    def __init__(self, number: int, queue: _Queue, worker: Worker, permits: CorePermits) -> None:
        self.error: BaseException | None = None
        self._queue, self._worker, self._permits = queue, worker, permits
        self._thread = Thread(target=self._run, name=f"bnviz-surface-{number}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def join(self) -> None:
        """Wait for its end, if it has started."""
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._queue.closed.is_set():
                if not self._computed_one():
                    self._queue.closed.wait(ASKS_EVERY_S)
        except BaseException as error:  # raised again in the calling thread
            self.error = error
            self._queue.close()

    def _computed_one(self) -> bool:
        """Compute a chunk if a permit is spare; close the queue if it is empty."""
        with self._permits.spare() as granted:
            if not granted:
                return False
            number = self._queue.next()
            if number is None:
                self._queue.close()
            else:
                self._worker(number)
            return True
