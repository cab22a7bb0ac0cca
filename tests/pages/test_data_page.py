"""The data page in AppTest."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from live_viewer import WAIT
from opened_app import Open, words
from streamlit.testing.v1 import AppTest

from bnviz.chapters.data import parts, upload_part
from bnviz.config.limits import Limits
from bnviz.config.visitor import Visitor
from bnviz.data import data_status, user_files
from bnviz.text.catalogue import translate
from bnviz.ui import datasets
from bnviz.ui.text import t


@pytest.fixture(autouse=True)
def _nothing_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BNVIZ_DATA_DIR", str(tmp_path))


def test_every_data_set_has_its_state_and_a_button(open_page: Open) -> None:
    app = open_page()
    shown = words(app, "caption")
    assert "generated when needed" in shown
    assert t("data.state.missing", size=f"{data_status('cifar10').megabytes:,.0f}") in shown
    keys = {button.key for button in app.button}
    assert {"use-mnist", "use-moons", "fetch-cifar10"} <= keys


def test_a_data_set_is_used_in_the_lab(open_page: Open) -> None:
    app = open_page()
    app.button(key="use-moons").click().run()
    assert not app.exception
    assert app.get("bidi_component"), "the lab has not opened"
    assert app.session_state["bnviz.query"]["dataset"] == "moons"


@pytest.fixture
def come_as(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the browser of the next page be one of two."""

    def change(name: str) -> None:
        for module in (parts, datasets, upload_part):
            monkeypatch.setattr(module, "visitor", lambda: Visitor(name))

    return change


def an_upload(classes: tuple[int, int] = (97, 98)) -> bytes:
    names = np.array(["a", "b"])
    names.view(np.uint32)[:] = classes
    buffer = io.BytesIO()
    np.savez(buffer, x_train=np.zeros((8, 2), np.float32), y_train=np.array([0, 1] * 4), classes=names)
    return buffer.getvalue()


def send(app: AppTest, name: str, content: bytes) -> None:
    """Upload a file, and look again once it is kept or refused."""
    (widget,) = app.get("file_uploader")
    widget.set_value((name, content, "application/zip")).run()
    if "bnviz.keeping" in app.session_state:
        assert app.session_state["bnviz.keeping"].task.join(WAIT)
        app.run()
    assert not app.exception


def test_an_upload_is_listed_to_its_visitor_alone_and_the_page_says_so(
    open_page: Open, come_as: Callable[[str], None]
) -> None:
    come_as("one")
    app = open_page("zh")
    assert translate("data.for_you", "zh", hours="24", n=10, mb="400") in words(app, "caption")
    send(app, "mine.npz", an_upload())
    (name,) = user_files("one")
    assert translate("data.state.yours", "zh", size="< 1") in words(app, "caption")
    assert f"use-{name}" in {button.key for button in app.button}
    come_as("two")
    assert f"use-{name}" not in {button.key for button in open_page("zh").button}


def test_a_visitor_removes_an_own_upload(open_page: Open, come_as: Callable[[str], None]) -> None:
    come_as("one")
    app = open_page("zh")
    send(app, "mine.npz", an_upload())
    (name,) = user_files("one")
    button = app.button(key=f"remove-{name}")
    assert button.label == translate("data.remove", "zh")
    button.click().run()
    assert user_files("one") == (name,), "nothing brings it back, so it asks first"
    assert f"use-{name}" not in {each.key for each in app.button}
    app.button(key=f"remove_not-{name}").click().run()
    keys = [each.key for each in app.button if name in str(each.key)]
    assert keys == [f"use-{name}", f"remove-{name}"]
    app.button(key=f"remove-{name}").click().run()
    app.button(key=f"remove_sure-{name}").click().run()
    assert user_files("one") == ()
    assert f"use-{name}" not in {each.key for each in app.button}
    assert not app.success


def test_uploads_are_called_as_their_visitor_calls_them(open_page: Open, come_as: Callable[[str], None]) -> None:
    come_as("one")
    app = open_page("zh")
    send(app, "mine.npz", an_upload())
    (first,) = user_files("one")
    assert translate("dataset.file", "zh", name="mine") in [each.value for each in app.markdown]
    assert first.rpartition("-")[2][:16] not in words(app)
    send(app, "mine.npz", an_upload((99, 100)))
    labels = {
        translate("dataset.file", "zh", name=f"mine ({name.rpartition('-')[2][:4]})") for name in user_files("one")
    }
    assert {label.replace("(", "\\(").replace(")", "\\)") for label in labels} <= {each.value for each in app.markdown}


def test_a_host_who_shares_uploads_has_the_page_say_so(
    open_page: Open, come_as: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (parts, upload_part):
        monkeypatch.setattr(module, "limits", lambda: Limits(shared_uploads=True))
    come_as("one")
    app = open_page()
    assert t("data.for_everyone") in words(app, "caption")
    send(app, "mine.npz", an_upload())
    assert len(user_files("two")) == 1


def test_whatever_an_upload_raises_is_one_sentence(
    open_page: Open, come_as: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    come_as("one")
    app = open_page()
    send(app, "mine.npz", an_upload((97, 2**31)))
    assert "found the number 0x80000000 in its text" in words(app, "error").replace("\\", "")

    def lost(*_: object) -> str:
        raise SystemError("NumPy lost its way")

    monkeypatch.setattr(upload_part, "save_upload", lost)
    send(app, "other.npz", an_upload())
    assert "found content that cannot be read (SystemError)" in words(app, "error").replace("\\", "")


def test_the_guide_renders(open_page: Open) -> None:
    app = open_page(page="guide")
    assert app.markdown[0].value == t("guide.twins")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_guide_has_one_table_of_letters(open_page: Open, lang: str) -> None:
    app = open_page(lang, page="guide")
    (table,) = [each.value for each in app.markdown if each.value == translate("guide.notation", lang)]
    letters = re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)[1:]
    named = [letter for row in letters for letter in row.split(", ")]
    assert len(named) == len(set(named)), "a letter means one thing"
