"""AnalysisWorker: computes contours and boundaries from checkpoints of a run, for the panel that a viewer has open."""

from __future__ import annotations

import logging
import time
from functools import partial
from threading import Condition, Event, Thread, current_thread

from bnviz.config import InputError
from bnviz.landscape.at_checkpoint import boundary_at, surface_at
from bnviz.live import wire
from bnviz.live.latest_messages import LatestMessages
from bnviz.training.pace import Pace, Stopped
from bnviz.training.permits import CorePermits
from bnviz.training.run import Run

log = logging.getLogger(__name__)

SURFACE_EVERY_S = 2.5
BOUNDARY_EVERY_S = 0.4
LEAST_REST = 3.0
"""While others wait for a core, a visitor's analyses get one part in LEAST_REST + 1 of this visitor's share."""
LOOKS_EVERY_S = 1.0
"""Seconds from one look at how many wait to the next, in a rest: a class may leave meanwhile."""
ANALYZED_PANELS = ("contours", "boundary", "glance")
"""Panels that show a surface or a boundary."""


class _LeftError(Exception):
    """The viewer left the panel that is computed."""


class AnalysisWorker:
    """Computes the surfaces and boundaries that the visible panel shows, in a thread of its own.

    Args:
        run: the run whose checkpoints are analyzed.
        latest_messages: gets the results, which are also added to the history of the run.
        permits: limits how many such jobs compute at once in this process; a job computes under the permits of its
            run, in slices, beside it, and the cores that help are those that they have to spare.
        plane: "random" or "pca".
        bn_stats: "batch" or "running".
    """

    def __init__(
        self, run: Run, latest_messages: LatestMessages, permits: CorePermits, plane: str, bn_stats: str
    ) -> None:
        self._run = run
        self._latest_messages = latest_messages
        self._permits = permits
        # Charged to the run, one surface would cost it all its turns of twenty seconds in a class.
        self._cores = run.permits.beside("analysis")
        self._choice = (plane, bn_stats)
        self._panel = ""
        self._enabled = True
        self._stop = Event()
        self._changed = Condition()
        self._done: tuple[object, ...] = ()
        self._thread = Thread(target=self._work, name=f"bnviz-analysis-{run.number}", daemon=True)
        self._thread.start()

    def set_visible_panel(self, panel: str) -> None:
        """Set the visible panel."""
        with self._changed:
            self._panel = panel
            self._changed.notify_all()

    def choose(self, plane: str, bn_stats: str) -> None:
        """Set the plane and the statistics of the next surface."""
        with self._changed:
            self._choice = (plane, bn_stats)
            self._changed.notify_all()

    def set_enabled(self, enabled: bool) -> None:
        """Enable or pause all jobs; they pause while no viewer's page is visible."""
        with self._changed:
            self._enabled = enabled
            self._changed.notify_all()

    def stop(self, timeout_s: float = 5.0) -> None:
        """End the thread; safe to call twice."""
        self._stop.set()
        self._permits.wake()
        self._cores.wake()
        with self._changed:
            self._changed.notify_all()
        if timeout_s and self._thread.is_alive() and self._thread is not current_thread():
            self._thread.join(timeout_s)

    @property
    def alive(self) -> bool:
        """Whether the thread is running."""
        return self._thread.is_alive()

    def _work(self) -> None:
        while not self._stop.is_set():
            with self._changed:
                # The timeout notices the progress of the run; no timeout is needed for panels without analysis. This is
                # not wait_for, because a new visible panel must shorten the timeout.
                if not self.has_work:
                    self._changed.wait(0.25 if self._panel in ANALYZED_PANELS else None)
            if self._stop.is_set():
                return
            if not self.has_work:
                continue
            key, pace = self._key(), Pace(self._cores, self._stop)
            started = time.monotonic()
            try:
                self._job(pace)
            except Stopped:
                return
            except _LeftError:
                continue
            except InputError as error:
                log.info("no surface: %s", error)
                self._done = key
            except Exception:  # an error of one job must not end those of other steps and panels
                log.exception("%s of step %d could not be computed", *key[:2])
                self._done = key
            self._rest(started, pace.busy_s)

    def _rest(self, started: float, busy_s: float) -> None:
        """Wait until the next job may start; another panel or plane is computed at once.

        Args:
            started: when the job before started, in seconds of ``time.monotonic``.
            busy_s: seconds that it computed.
        """
        every = SURFACE_EVERY_S if self._panel == "contours" else BOUNDARY_EVERY_S
        with self._changed:
            while not (self._stop.is_set() or self._has_new_choice()):
                left = started + max(every, pause_s(busy_s, self._cores)) - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(min(left, LOOKS_EVERY_S))

    def _key(self) -> tuple[object, ...]:
        return (self._panel, self._run.step, self._choice)

    def _has_new_choice(self) -> bool:
        """Whether another panel or plane was chosen since the last job, so that the next one starts at once."""
        return bool(self._done) and (self._done[0], self._done[2]) != (self._panel, self._choice)

    @property
    def has_work(self) -> bool:
        """Whether the visible panel needs a new analysis; True while stopping."""
        if self._stop.is_set():
            return True
        history = self._run.history
        if not self._enabled or history is None or self._panel not in ANALYZED_PANELS:
            return False
        is_possible = self._panel == "contours" or history.description.dataset.is_plane
        return is_possible and self._done != self._key()

    def _job(self, pace: Pace) -> None:
        panel, _, (plane, bn_stats) = self._panel, self._run.step, self._choice
        checkpoint = self._run.checkpoint()
        history = self._run.history
        generation = self._latest_messages.generation
        self._check()  # stopped before: then that generation may be of another source
        if checkpoint is None or history is None:
            return
        dataset = self._run.dataset()
        publish = partial(self._latest_messages.publish, generation=generation)
        # One job at a time in all of the process, in slices under a permit while it computes.
        with self._permits.time_slice(self._stop) as granted, pace:
            if not granted:
                raise Stopped
            self._check_panel(panel)
            if panel == "contours":
                known = plane if checkpoint.step else "random"  # before the first step there is no path
                check = partial(self._check_panel, panel)
                cores = self._cores
                is_class = cores.n_waiting > cores.count
                surface = surface_at(
                    checkpoint, dataset, known, bn_stats, on_chunk=check, permits=cores, is_coarse=is_class
                )
                history.add_surface(surface)
                publish(wire.SURFACE, lambda seq: wire.encode_surface(surface, seq))
            elif dataset.is_plane:
                boundary = boundary_at(checkpoint, dataset)
                history.add_boundary(boundary)
                publish(wire.BOUNDARY, lambda seq: wire.encode_boundary(boundary, seq))
        self._done = (panel, checkpoint.step, (plane, bn_stats))

    def _check_panel(self, panel: str) -> None:
        """Give up what its viewer does not look at any more: in a class, a surface waits for those before it."""
        self._check()
        if self._panel != panel:
            raise _LeftError

    def _check(self) -> None:
        if self._stop.is_set():
            raise Stopped


def pause_s(busy_s: float, permits: CorePermits) -> float:
    """Return the seconds from the start of one analysis to that of the next, so that others have their share.

    pause = (LEAST_REST + 1) busy (waiting + 1) / cores; 0 where no thread waits. A visitor's share of the machine is
    cores / (waiting + 1), and of this an analysis gets one part in LEAST_REST + 1.

    Args:
        busy_s: seconds that the last analysis computed.
        permits: the permits that it computed under.
    """
    return (LEAST_REST + 1) * busy_s * (permits.n_waiting + 1) / permits.count if permits.contended else 0.0
