"""Share gives links that others can open, and what opens a link to data that are not here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from opened_app import Open, address, session_of, words
from streamlit.testing.v1 import AppTest

from bnviz.chapters.data import parts, upload_part
from bnviz.config.visitor import Visitor
from bnviz.data import save_upload
from bnviz.lab import absent_data, share
from bnviz.live.session import Session
from bnviz.text.catalogue import translate
from bnviz.text.plain import plain
from bnviz.ui import datasets
from bnviz.ui.text import t


@pytest.fixture
def upload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a data set that the browser "one" has uploaded; the page is that browser's."""
    monkeypatch.setenv("BNVIZ_DATA_DIR", str(tmp_path))
    for module in (datasets, parts, upload_part):
        monkeypatch.setattr(module, "visitor", lambda: Visitor("one"))
    file = tmp_path / "mine.npz"
    np.savez(file, x_train=np.zeros((8, 2), np.float32), y_train=np.array([0, 1] * 4))
    return save_upload("mine.npz", file.read_bytes(), "one")


def links(app: AppTest) -> list[str]:
    return [each.value for each in app.code if each.value.startswith("http") or "?" in each.value]


def test_the_link_to_send_comes_first_and_one_other_at_a_time(open_app: Open) -> None:
    app = open_app(preset="figure1", lr="2")
    (first,) = links(app)
    assert first.rpartition("?")[2] == "preset=figure1&lr=2.0"
    assert t("sidebar.share_send") in words(app)
    for way in share.OTHERS:
        app.segmented_control(key="share_way").set_value(way).run()
        assert not app.exception
        sent, other = links(app)
        assert sent == first
        assert ("embed=true" in other) == (way == "embed")
        assert ("step=" in other) == (way == "moment")
        assert "preset=figure1&lr=2.0" in other
    app.segmented_control(key="share_way").set_value("moment").run()
    step = int(links(app)[1].rpartition("step=")[2].partition("&")[0])
    assert t("sidebar.share_moment", step=f"{step:,}") in words(app, "caption")


@pytest.mark.parametrize("trained", [None, "true"])
def test_a_moment_of_a_run_is_trained_to_where_a_recording_has_that_step_too(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, trained: str | None
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(Session, "train_to", lambda _, step: asked.append(step))
    app = open_app(preset="figure1", panel="curves", step="0", **({"trained": trained} if trained else {}))
    assert not app.warning
    assert asked == ([0] if trained else [])
    session = session_of(app)
    assert (session.source, "trained" in share.moment_of(session)) == ("recorded", False)
    monkeypatch.setattr(Session, "source", property(lambda _: "live"))
    assert (session.source, share.moment_of(session).get("trained")) == ("live", "true")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_upload_has_no_link_but_its_recording(open_app: Open, upload: str, lang: str) -> None:
    app = open_app(lang=lang, dataset=upload, width="4")
    assert address(app)["dataset"] == upload
    assert links(app) == []
    assert "bnviz-qr" not in words(app, "html")
    said = translate("sidebar.share_upload", lang, name="mine")
    assert said in words(app)
    assert [each.key for each in app.get("download_button")][:2] == ["share-bnviz-run.npz", "share-bnviz-run.html"]


def test_a_file_that_the_host_gives_everyone_has_a_link(open_app: Open, tmp_path: Path, upload: str) -> None:
    everyones = save_upload("ours.npz", (tmp_path / "mine.npz").read_bytes())
    assert datasets.is_for_everyone(everyones)
    app = open_app(dataset=everyones)
    assert any(everyones in link for link in links(app))


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    ("wanted", "kind"),
    [
        ("file:theirs-0123456789abcdef.npz", "upload"),
        ("file:../secret", "upload"),
        ("cifar100", "fetched"),
        ("q", "fetched"),
    ],
)
def test_a_link_to_data_that_are_not_here_shows_the_networks_on_others(
    open_app: Open, upload: str, wanted: str, kind: str, lang: str
) -> None:
    app = open_app(lang=lang, preset="moons", dataset=wanted, depth="3")
    shown = session_of(app).experiment
    assert shown is not None
    assert (shown.base.dataset, shown.base.depth) == ("moons", 3)
    own = {"cifar100": translate("dataset.cifar100", lang), "file:theirs-0123456789abcdef.npz": "theirs"}
    named = own.get(wanted, wanted.removeprefix("file:"))
    said = translate(f"lab.absent.{kind}", lang, name=plain(named), other=plain(translate("dataset.moons", lang)))
    assert [each.value for each in app.warning] == [said]
    if lang == "en":  # AppTest writes the labels of what is chosen in English
        app.button(key="absent_act").click().run()
        assert not app.exception
        assert "upload_data" in {each.key for each in app.get("file_uploader")}, "the page Data has not opened"


def test_nets_for_images_get_images(open_app: Open, upload: str) -> None:
    app = open_app(preset="moons", net="vgg11", dataset="file:theirs-0123456789abcdef.npz")
    shown = session_of(app).experiment
    assert shown is not None
    assert shown.base.dataset == "mnist"


def test_the_notice_goes_with_the_next_choice_of_data(open_app: Open, upload: str) -> None:
    app = open_app(preset="moons", dataset="file:theirs-0123456789abcdef.npz")
    assert len(app.warning) == 1
    app.selectbox(key="dataset").set_value(upload).run()
    assert not app.exception
    assert len(app.warning) == 0
    shown = session_of(app).experiment
    assert shown is not None
    assert shown.base.dataset == upload


def test_what_a_session_already_shows_is_left_alone(
    open_app: Open, upload: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(dataset=upload)
    monkeypatch.setattr(absent_data, "is_here", lambda _: False)  # it was removed while it was used
    app.run()
    assert len(app.warning) == 0
    assert address(app)["dataset"] == upload
