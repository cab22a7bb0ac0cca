"""AnalysisWorker: contours and boundaries from checkpoints, beside the run, for the panel that a viewer has open."""

from __future__ import annotations

import logging
import time
from threading import Condition, Event, Thread, current_thread

from bnviz.config import InputError
from bnviz.data import load_dataset
from bnviz.landscape.at_checkpoint import boundary_at, surface_at
from bnviz.live import wire
from bnviz.live.latest_messages import LatestMessages
from bnviz.training.permits import CorePermits
from bnviz.training.run import Run

log = logging.getLogger(__name__)

SURFACE_EVERY_S = 2.5
BOUNDARY_EVERY_S = 0.4


class _GivenUp(Exception):
    """The thread was told to stop in the middle of a job."""


class AnalysisWorker:
    """Computes what the visible panel needs beyond frames.

    Args:
        run: whose checkpoints are looked at.
        outbox: where results go, besides the run's history.
        permits: how many such jobs may compute at once in this process.
        plane: "random" or "pca".
        bn_stats: "batch" or "running".
    """

    def __init__(self, run: Run, outbox: LatestMessages, permits: CorePermits, plane: str, bn_stats: str) -> None:
        self._run = run
        self._outbox = outbox
        self._permits = permits
        self._wanted = (plane, bn_stats)
        self._panel = ""
        self._enabled = True
        self._stop = Event()
        self._changed = Condition()
        self._done: tuple[object, ...] = ()
        self._thread = Thread(target=self._work, name=f"bnviz-side-{run.number}", daemon=True)
        self._thread.start()

    def set_visible_panel(self, panel: str) -> None:
        """Say which panel is visible."""
        with self._changed:
            self._panel = panel
            self._changed.notify_all()

    def choose(self, plane: str, bn_stats: str) -> None:
        """Choose the plane and the statistics of the next surface."""
        with self._changed:
            self._wanted = (plane, bn_stats)
            self._changed.notify_all()

    def set_enabled(self, enabled: bool) -> None:
        """Pause all jobs while no viewer's page is visible."""
        with self._changed:
            self._enabled = enabled
            self._changed.notify_all()

    def stop(self, timeout_s: float = 5.0) -> None:
        """End the thread; safe to call twice."""
        self._stop.set()
        self._permits.wake()
        with self._changed:
            self._changed.notify_all()
        if timeout_s and self._thread.is_alive() and self._thread is not current_thread():
            self._thread.join(timeout_s)

    @property
    def alive(self) -> bool:
        """Whether the thread exists."""
        return self._thread.is_alive()

    def _work(self) -> None:
        while not self._stop.is_set():
            with self._changed:
                # The timeout lets the run's progress be noticed; without a panel of ours there is none. Not
                # wait_for: a panel that comes into sight must shorten the timeout.
                if not self.has_work:
                    self._changed.wait(0.25 if self._panel in ("contours", "boundary") else None)
            if self._stop.is_set():
                return
            if not self.has_work:
                continue
            started, key = time.monotonic(), self._key()
            try:
                self._job()
            except _GivenUp:
                return
            except InputError as error:
                log.info("no surface: %s", error)
                self._done = key
            pause = SURFACE_EVERY_S if self._panel == "contours" else BOUNDARY_EVERY_S
            self._stop.wait(max(0.0, min(pause, started + pause - time.monotonic())) if not self._switched() else 0)

    def _key(self) -> tuple[object, ...]:
        return (self._panel, self._run.step, self._wanted)

    def _switched(self) -> bool:
        """Whether the user chose something else since the last job: then it should not wait."""
        return bool(self._done) and (self._done[0], self._done[2]) != (self._panel, self._wanted)

    @property
    def has_work(self) -> bool:
        """Whether the visible panel lacks something that a checkpoint could give; True while stopping."""
        if self._stop.is_set():
            return True
        looking = self._enabled and self._panel in ("contours", "boundary")
        return looking and self._run.history is not None and self._done != self._key()

    def _job(self) -> None:
        panel, _, (plane, bn_stats) = self._panel, self._run.step, self._wanted
        checkpoint = self._run.checkpoint()
        history = self._run.history
        if checkpoint is None or history is None:
            return
        dataset = load_dataset(self._run.experiment.base.dataset)
        with self._permits.time_slice(self._stop) as granted:
            if not granted:
                raise _GivenUp
            if panel == "contours":
                surface = surface_at(checkpoint, dataset, plane, bn_stats, between=self._check)
                history.add_surface(surface)
                self._outbox.publish(wire.SURFACE, lambda seq: wire.encode_surface(surface, seq))
            elif dataset.is_plane:
                boundary = boundary_at(checkpoint, dataset)
                history.set_boundary(boundary)
                self._outbox.publish(wire.BOUNDARY, lambda seq: wire.encode_boundary(boundary, seq))
        self._done = (panel, checkpoint.step, (plane, bn_stats))

    def _check(self) -> None:
        if self._stop.is_set():
            raise _GivenUp
