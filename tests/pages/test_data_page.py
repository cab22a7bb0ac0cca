"""The data page in AppTest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from opened_app import Open, words

from bnviz.data import data_status
from bnviz.text.catalogue import translate
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
