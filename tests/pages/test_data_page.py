"""The data page in AppTest."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from bnviz.live.session import Session
from bnviz.ui.text import t

SHELL = Path(__file__).resolve().parents[2] / "bnviz" / "ui" / "shell.py"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("BNVIZ_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(Session, "_new_run", lambda self, play: None)  # no thread starts here
    made = AppTest.from_file(SHELL, default_timeout=20)
    return made.switch_page("../../pages/data.py").run()


def test_every_data_set_has_its_state_and_a_button(app: AppTest) -> None:
    assert not app.exception
    words = " ".join(each.value for each in app.caption)
    assert "generated when needed" in words
    assert "not fetched yet, 171 MB to fetch" in words or "not fetched yet" in words
    keys = {button.key for button in app.button}
    assert {"use-mnist", "use-moons", "fetch-cifar10"} <= keys


def test_a_data_set_is_used_in_the_lab(app: AppTest) -> None:
    app.button(key="use-moons").click().run()
    assert not app.exception
    assert app.get("bidi_component"), "the lab has not opened"
    assert app.session_state["bnviz.query"]["dataset"] == "moons"


def test_the_guide_renders() -> None:
    app = AppTest.from_file(SHELL, default_timeout=20).switch_page("../../pages/guide.py").run()
    assert not app.exception
    assert t("guide.twins")[:20] in app.markdown[0].value
