"""The analysis worker: contours and boundaries while a viewer has their panel open, and only then."""

import threading

import numpy as np
import pytest
from live_viewer import WAIT, tiny
from waiting import until

from bnviz.config import InputError
from bnviz.live import analysis_worker as room
from bnviz.live import wire
from bnviz.live.commands import handle_command
from bnviz.training.permits import CorePermits
from bnviz.training.run import Run


def after_training(session, viewer, steps=20):
    """Train a little, then rest."""
    session.train()
    viewer.until(lambda: session.run is not None and session.run.step >= steps)
    session.pause()
    viewer.until_status("paused")


def test_a_surface_arrives_when_its_panel_is_visible(session, watch):
    session.configure(tiny())
    viewer = watch(session)
    after_training(session, viewer)
    assert viewer.of(wire.SURFACE) == []  # no viewer has the panel open
    assert session.history.surfaces == []
    handle_command(session, {"op": "visible", "panel": "contours"}, viewer)
    viewer.until(lambda: viewer.of(wire.SURFACE))
    (surface,) = session.history.surfaces
    message = viewer.of(wire.SURFACE)[0]
    assert message.step == surface.step == session.run.step
    np.testing.assert_array_equal(message.blocks[2], surface.loss)
    assert surface.loss.shape == (2, 25, 25)
    assert np.isfinite(surface.loss).all()
    assert surface.plane == "pca"
    assert (surface.path[:, 0] == 0).all()  # both arms start at the origin of the plane of their paths


def test_a_rested_run_needs_no_second_surface_but_another_choice_does(session, watch):
    session.configure(tiny())
    viewer = watch(session)
    after_training(session, viewer, 40)
    handle_command(session, {"op": "visible", "panel": "contours"}, viewer)
    viewer.until(lambda: len(session.history.surfaces) == 1)
    handle_command(session, {"op": "contours", "plane": "random", "bn_stats": "running"}, viewer)
    viewer.until(lambda: len(session.history.surfaces) == 2)
    assert [(s.plane, s.bn_stats) for s in session.history.surfaces] == [("pca", "batch"), ("random", "running")]
    assert not session.analysis.has_work


def test_hidden_viewers_get_none(session, watch):
    session.configure(tiny())
    viewer = watch(session)
    handle_command(session, {"op": "visible", "panel": "contours"}, viewer)
    handle_command(session, {"op": "hidden"}, viewer)
    viewer.until(lambda: session.history is not None)
    before = len(session.history.surfaces)
    assert before <= 1  # one may have been under way
    session.step_once()
    viewer.until(lambda: session.run.step == 1)
    assert not session.analysis.has_work
    handle_command(session, {"op": "visible", "panel": "contours"}, viewer)
    viewer.until(lambda: len(session.history.surfaces) > before)


def test_the_boundary_of_a_plane(session, watch):
    session.configure(tiny())
    viewer = watch(session)
    handle_command(session, {"op": "visible", "panel": "boundary"}, viewer)
    viewer.until(lambda: viewer.of(wire.BOUNDARY))
    probability = viewer.of(wire.BOUNDARY)[0].blocks[2].astype(float)
    assert probability.shape[:2] == (2, 1)  # of the first class; the second is the rest
    assert session.history.boundary is not None
    np.testing.assert_allclose(session.history.boundary.probability.astype(float).sum(axis=1), 1, atol=2e-3)


def test_images_have_no_boundary(session, watch):
    session.configure(tiny(dataset="mnist-binary"))
    viewer = watch(session)
    handle_command(session, {"op": "visible", "panel": "boundary"}, viewer)
    viewer.until(lambda: session.history is not None and not session.analysis.has_work)
    assert viewer.of(wire.BOUNDARY) == []


def test_a_job_stops_in_the_middle(session, watch, monkeypatch):
    inside = threading.Event()

    def endless(checkpoint, dataset, plane, bn_stats, on_chunk, **more):
        inside.set()
        pause = threading.Event()
        while True:
            on_chunk()
            pause.wait(0.001)

    monkeypatch.setattr(room, "surface_at", endless)
    session.configure(tiny())
    viewer = watch(session)
    handle_command(session, {"op": "visible", "panel": "contours"}, viewer)
    assert inside.wait(WAIT)
    worker = session.analysis
    session.restart(play=False)  # a new run has jobs of its own
    worker.stop(WAIT)
    assert not worker.alive


def test_bad_input_of_one_panel_is_not_tried_again_and_stops_no_other(session, watch, monkeypatch):
    tries, go = [], threading.Event()

    def refuse(*args, **kwargs):
        tries.append(kwargs["permits"])
        assert go.wait(WAIT)
        raise InputError("no such plane")

    monkeypatch.setattr(room, "surface_at", refuse)
    session.configure(tiny())
    viewer = watch(session)
    handle_command(session, {"op": "visible", "panel": "contours"}, viewer)
    viewer.until(lambda: tries)
    handle_command(session, {"op": "visible", "panel": "boundary"}, viewer)  # while the surface is under way
    go.set()
    viewer.until(lambda: viewer.of(wire.BOUNDARY))
    (permits,) = tries
    with session.run.permits.time_slice(threading.Event()):
        assert permits.n_free == session.run.permits.n_free  # the cores that its training leaves


@pytest.mark.parametrize(("owner", "place"), [(room, "surface_at"), (Run, "dataset")])
def test_the_thread_survives_whatever_a_job_raises(session, watch, monkeypatch, caplog, owner, place):
    working, tries = getattr(owner, place), []

    def breaks_once(*args, **kwargs):
        tries.append(args)
        if len(tries) == 1:
            raise RuntimeError("out of memory")
        return working(*args, **kwargs)

    monkeypatch.setattr(owner, place, breaks_once)
    session.configure(tiny())
    viewer = watch(session)
    handle_command(session, {"op": "visible", "panel": "contours"}, viewer)
    viewer.until(lambda: tries and not session.analysis.has_work)
    assert session.analysis.alive
    assert "contours of step 0 could not be computed" in caplog.text
    handle_command(session, {"op": "contours", "plane": "random", "bn_stats": "running"}, viewer)
    viewer.until(lambda: session.history.surfaces)


def test_after_a_divergence_a_surface_still_arrives(session, watch):
    session.configure(tiny(lr=100.0, activation="relu", width=12, depth=3, init="kaiming"))
    viewer = watch(session)
    session.train()
    viewer.until(lambda: session.run.state.diverged or session.run.step > 300)
    session.pause()
    viewer.until_status("paused", "diverged")
    handle_command(session, {"op": "visible", "panel": "contours"}, viewer)
    viewer.until(lambda: session.history.surfaces or not session.analysis.has_work)
    assert session.analysis.alive


def test_stopping_twice_and_from_many_threads(session, watch):
    session.configure(tiny())
    jobs = session.analysis
    stoppers = [threading.Thread(target=jobs.stop) for _ in range(5)]
    for stopper in stoppers:
        stopper.start()
    for stopper in stoppers:
        stopper.join(WAIT)
    jobs.stop()
    assert not jobs.alive


def test_before_the_first_step_the_plane_is_random_because_there_is_no_path(session, watch):
    session.configure(tiny())
    viewer = watch(session)
    handle_command(session, {"op": "visible", "panel": "contours"}, viewer)
    viewer.until(lambda: session.history is not None and session.history.surfaces)
    assert session.history.surfaces[0].plane == "random"
    assert session.analysis.alive


def test_alone_nothing_waits_longer_because_an_analysis_was_dear():
    assert room.pause_s(5.0, CorePermits(2)) == 0


def test_in_a_class_analyses_take_their_part_of_a_visitors_share():
    permits, stop, cores, waiting = CorePermits(2), threading.Event(), 2, 18

    def work():
        with permits.time_slice(stop):
            pass

    with permits.time_slice(stop), permits.time_slice(stop):
        threads = [threading.Thread(target=work) for _ in range(waiting)]
        for thread in threads:
            thread.start()
        until(lambda: permits.n_waiting == waiting)
        busy_s = 0.4
        share = busy_s / room.pause_s(busy_s, permits)
    for thread in threads:
        thread.join(WAIT)
    of_a_visitor = cores / (waiting + 1)
    assert share == pytest.approx(of_a_visitor / (room.LEAST_REST + 1))


def test_a_rest_ends_when_the_class_leaves(session, watch, monkeypatch):
    is_class = True
    monkeypatch.setattr(room, "SURFACE_EVERY_S", 0.0)
    monkeypatch.setattr(room, "LOOKS_EVERY_S", 0.01)
    monkeypatch.setattr(room, "pause_s", lambda busy_s, permits: 1e6 if is_class else 0.0)
    session.configure(tiny(), autostart=True)
    viewer = watch(session)
    handle_command(session, {"op": "visible", "panel": "contours"}, viewer)
    viewer.until(lambda: session.history is not None and len(session.history.surfaces) == 1)
    later = session.run.step + 5
    viewer.until(lambda: session.run.step > later)
    assert len(session.history.surfaces) == 1
    is_class = False
    viewer.until(lambda: len(session.history.surfaces) > 1)


def test_another_plane_is_computed_at_once_however_long_the_rest(session, watch, monkeypatch):
    monkeypatch.setattr(room, "SURFACE_EVERY_S", 1e6)
    session.configure(tiny())
    viewer = watch(session)
    handle_command(session, {"op": "visible", "panel": "contours"}, viewer)
    viewer.until(lambda: session.history is not None and len(session.history.surfaces) == 1)
    handle_command(session, {"op": "contours", "plane": "random", "bn_stats": "running"}, viewer)
    viewer.until(lambda: len(session.history.surfaces) == 2)


def test_a_surface_is_given_up_when_its_panel_is_left_and_begun_again_when_it_is_back(session, watch, monkeypatch):
    session.configure(tiny())
    viewer = watch(session)
    after_training(session, viewer)
    working, tries, left, ended = room.surface_at, [], threading.Event(), threading.Event()

    def slow(*args, on_chunk, **kwargs):
        def waits():
            assert left.wait(WAIT)
            on_chunk()

        tries.append(args)
        try:
            return working(*args, on_chunk=waits, **kwargs)
        finally:
            ended.set()

    monkeypatch.setattr(room, "surface_at", slow)
    handle_command(session, {"op": "visible", "panel": "contours"}, viewer)
    viewer.until(lambda: tries)
    handle_command(session, {"op": "visible", "panel": "curves"}, viewer)
    left.set()
    assert ended.wait(WAIT)
    handle_command(session, {"op": "visible", "panel": "contours"}, viewer)
    viewer.until(lambda: session.history.surfaces)
    assert (len(tries), len(session.history.surfaces)) == (2, 1)


@pytest.mark.parametrize(("more_than_cores", "points"), [(0, 25), (1, 13)])
def test_where_a_class_waits_surfaces_are_coarse(session, watch, monkeypatch, more_than_cores, points):
    session.configure(tiny())
    viewer = watch(session)
    after_training(session, viewer)
    monkeypatch.setattr(CorePermits, "n_waiting", property(lambda permits: permits.count + more_than_cores))
    handle_command(session, {"op": "visible", "panel": "contours"}, viewer)
    viewer.until(lambda: session.history.surfaces)
    assert session.history.surfaces[0].loss.shape == (2, points, points)
