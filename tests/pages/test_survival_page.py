"""The survival map in AppTest: recorded or live, in both languages, a tiny sweep, a chosen cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from html import unescape
from threading import Event
from urllib.parse import unquote, urlencode

import pytest
import streamlit as st
from opened_app import Open, alts, words
from streamlit.testing.v1 import AppTest

from bnviz.chapters.survival import sweep_job
from bnviz.chapters.survival.aggregate import map_of
from bnviz.chapters.survival.cached import sweep_queue
from bnviz.chapters.survival.recorded import recorded_map
from bnviz.chapters.survival.request import ARMS, MapRequest, from_query
from bnviz.chapters.survival.survival_map import compare_arms
from bnviz.chapters.survival.sweep_job import SweepJob
from bnviz.config import Experiment, to_query
from bnviz.text.catalogue import translate
from bnviz.training.pace import pause_point
from bnviz.training.shared import shared

PATIENCE = 20.0
TINY = {
    "map_net": "points",
    "map_data": "moons",
    "map_seeds": "1",
    "map_steps": "50",
    "map_x": "lr=0.1:1.0:2",
    "map_y": "init_scale=0.5:2.0:2",
}


@pytest.fixture(autouse=True)
def fresh_queue() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def job_of(app: AppTest) -> SweepJob:
    """Return the newest map of a page's visitor."""
    (*_, held) = shared().tasks.book.of(app.session_state["bnviz.owner"], "map")
    assert isinstance(held.payload, SweepJob)
    return held.payload


def trained(app: AppTest) -> AppTest:
    """Press Start and wait for the end of the thread."""
    app.button(key="map_start").click().run()
    assert not app.exception
    job: SweepJob = job_of(app)
    job.join(PATIENCE)
    assert job.state == "done"
    return app.run()


def train_before(**more: str) -> MapRequest:
    """Train a map as another visitor would have."""
    request, error = from_query(TINY | more)
    assert error is None
    job = sweep_queue().start(request.sweep())
    job.join(PATIENCE)
    assert job.state == "done"
    return request


def links(app: AppTest) -> list[str]:
    return [unquote(link.proto.query_string) for link in app.get("page_link")]


def test_a_tiny_map_fills_and_its_counts_are_told(open_page: Open) -> None:
    app = open_page(alive="more", **TINY)
    assert not app.exception
    assert translate("survival.empty") in [each.value for each in app.info]
    trained(app)
    assert not app.exception
    assert len(alts(app)) == 1
    assert "2 by 2 cells" in alts(app)[0]
    found = map_of(job_of(app).result())
    assert found.complete
    pair = compare_arms(found, 0, 1)
    assert f"**Cells that train: {pair.first} of 4 (Without BN), {pair.second} of 4 (With BN).**" in words(app)
    assert app.dataframe[0].value.shape == (8, 10)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_was_trained_here_before_is_shown(open_page: Open, lang: str) -> None:
    request = train_before()
    app = open_page(lang, alive="more", map_at="1.0", **TINY)
    assert not app.exception
    assert translate("chapter.badge.live", lang) in " ".join(html.proto.body for html in app.get("html"))
    assert alts(app)
    assert all(alts(app))
    assert translate("survival.rule.text", lang) in words(app)
    assert translate("survival.cell.title", lang) in [each.value for each in app.subheader]
    experiment = Experiment(request.base.with_fields(lr=1.0, init_scale=0.5, seed=0), ARMS["bn"])
    assert links(app) == [unquote(urlencode(to_query(experiment)))]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("net", ["digits", "relu", "points"])
def test_a_recorded_map_paints_first(open_page: Open, net: str, lang: str) -> None:
    record = recorded_map(net)
    assert record is not None
    app = open_page(lang, map_net=net)
    assert not app.exception
    assert translate("chapter.badge.recorded", lang) in " ".join(html.proto.body for html in app.get("html"))
    assert len(alts(app)) == 1
    assert translate("survival.fig.unknown", lang) not in alts(app)[0]
    pair = compare_arms(map_of(record), 0, 1)
    app = open_page(lang, map_net=net, alive=pair.verdict)
    assert translate(f"survival.alive.answer.{pair.verdict}", lang) in [each.value for each in app.success]
    names = {"one": translate("arm.none", lang), "other": translate("arm.batch", lang)}
    assert translate("survival.counts", lang, **names, **asdict(pair), unhelped=pair.unhelped) in words(app)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("net", "arms", "told"), [("points", "bn_ln", 1), ("points", "bn", 0), ("relu", "bn_ln", 0)])
def test_that_layer_norm_is_blind_to_distance_is_said_where_it_matters(open_page: Open, net, arms, told, lang) -> None:
    app = open_page(lang, map_net=net, map_arms=arms)
    bodies = " ".join(unescape(html.proto.body) for html in app.get("html"))
    assert bodies.count(translate("survival.layer.why", lang)) == told


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_before_the_guess_only_the_first_arm_is_shown(open_page: Open, lang: str) -> None:
    train_before()
    app = open_page(lang, **TINY)
    assert not app.exception
    assert len(alts(app)) == 1
    assert translate("arm.none", lang) in alts(app)[0]
    assert translate("arm.batch", lang) not in alts(app)[0]
    assert not app.dataframe


def test_the_picker_chooses_the_cell_and_the_address_keeps_it(open_page: Open) -> None:
    train_before(map_seeds="2")
    app = open_page(alive="all", **TINY | {"map_seeds": "2"})
    app.selectbox(key="map_column").set_value(0).run()
    app.selectbox(key="map_row").set_value(1).run()
    assert not app.exception
    assert app.query_params["map_at"] == "0.1"
    assert len(links(app)) == 2
    assert all("lr=0.1" in link and "init_scale=2.0" in link for link in links(app))
    assert "seed=1" in links(app)[1]


def test_the_address_is_the_map(open_page: Open) -> None:
    app = open_page(**TINY, alive="same")
    assert {name: app.query_params[name] for name in TINY} == TINY
    app.selectbox(key="map_y_field").set_value("sgd_momentum").run()
    assert not app.exception
    assert app.query_params["map_y"] == "sgd_momentum=0.0:0.95:2"
    assert "--y sgd_momentum=0.0:0.95:2" in app.code[0].value


@pytest.mark.parametrize("axis", ["lr=0.1:1:²", "lr=0.1:1:" + "9" * 5000, "lr=0.1:1:", "lr=:1:3"])
def test_a_wrong_axis_in_the_address_is_told(open_page: Open, axis: str) -> None:
    app = open_page(map_x=axis)
    assert not app.exception
    assert len(app.warning) == 1


def test_an_axis_with_spaces_is_written_without() -> None:
    assert MapRequest(x="lr= 0.1:1:3").x == "lr=0.1:1.0:3"


def test_a_wrong_address_is_told_and_the_rest_holds(open_page: Open) -> None:
    app = open_page(map_seeds="many", map_steps="100")
    assert not app.exception
    assert "map_seeds" in app.warning[0].value
    assert app.select_slider(key="map_steps").value == 100


def test_what_cannot_be_is_told(open_page: Open) -> None:
    app = open_page(map_x="lr=0.1:1.0:2", map_y="lr=0.5:2.0:2")
    assert not app.exception
    assert "two axes must be different" in app.error[0].value
    assert not alts(app)


def test_cancel_ends_the_thread_and_the_map_goes_on_later(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sweep_job.NETS_AT_ONCE, True, 1)
    gate = Event()
    real = sweep_job.run_sweep

    def gated(*arguments: object) -> Iterator[object]:
        yield from real(*arguments)  # type: ignore[arg-type]
        gate.set()  # one group is done; the next waits until the sweep is canceled
        while True:
            pause_point()  # raises once it is canceled

    monkeypatch.setattr(sweep_job, "run_sweep", gated)
    app = open_page(alive="more", **TINY)
    app.button(key="map_start").click().run()
    assert gate.wait(PATIENCE)
    app.run()
    assert not app.exception
    app.button(key="map_cancel").click().run()
    job: SweepJob = job_of(app)
    job.join(PATIENCE)
    assert job.state == "cancelled"
    app.run()
    assert not app.exception
    assert translate("survival.ended.cancelled") in [each.value for each in app.info]
    done = len(job.result().cells)
    assert 0 < done < 8
    assert app.button(key="map_start").label == translate("survival.resume", done=done, nets=8)
    monkeypatch.setattr(sweep_job, "run_sweep", real)
    trained(app)
    assert map_of(job_of(app).result()).complete
