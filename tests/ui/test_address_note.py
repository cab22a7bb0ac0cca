"""A wrong address is told in one sentence in the main column, until the visitor changes something."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from opened_app import Open, open_at
from streamlit.testing.v1 import AppTest

from bnviz.lab import link_note
from bnviz.lab.settings import FIRST_SCENE
from bnviz.text.catalogue import catalogue, translate
from bnviz.text.plain import plain
from bnviz.ui import menu
from bnviz.ui.address_names import KNOWN

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {page: f"bnviz/chapters/{page}" for page in menu.CHAPTERS} | {
    "claims": "bnviz/ledger",
    "misconceptions": "bnviz/ledger",
    "data": "bnviz/chapters/data",
}
NAME_AT = {"choose": 1, "slider": 1, "value_slider": 1, "parts_of": 1, "chapter_page": 1, "predict": 0}
NAME_AT |= {"load_into_widget": 0, "set_param": 0, "param": 0}


def told(app: AppTest) -> list[str]:
    assert not app.exception
    assert not app.sidebar.warning
    return [each.value for each in app.main.warning]


@pytest.mark.parametrize("wrong", [{"lr": "1e9"}, {"scene": "nonsense"}, {"preset": "nonsense"}])
def test_the_lab_says_what_is_wrong_until_a_control_is_moved(open_app: Open, wrong: dict[str, str]) -> None:
    app = open_app("lab", lang="en", **wrong)
    ((name, text),) = wrong.items()
    (sentence,) = told(app)
    assert {"lr": "from 0.00001 to 100", "1e9": "1,000,000,000"}.get(name, text).replace(".", "\\.") in sentence
    assert ("unknown scene" in sentence, "unknown preset" in sentence) == (name == "scene", name == "preset")
    assert app.session_state["preset"] == FIRST_SCENE
    assert told(app.run()) == [sentence]
    app.select_slider(key="lr").set_value("2").run()
    assert told(app) == []
    assert told(app.run()) == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_lab_says_in_the_same_line_which_names_it_does_not_know(open_app: Open, lang: str) -> None:
    app = open_app("lab", lang=lang, learning_rate="2", qqqq="1", lr="1e9", utm_source="mail", panel="curves")
    (sentence,) = told(app)
    near = translate("sidebar.link_perhaps", lang, name="learning_rate", near="lr")
    wrong = translate("sidebar.link_wrong", lang, error="|").split("|")
    assert sentence.startswith(f"{translate('sidebar.link_unknown', lang, names=f'{near}, qqqq')} {wrong[0]}")
    assert sentence.endswith(wrong[1])
    assert "utm" not in sentence
    assert told(open_at("lab", lang=lang, panel="curves", step="3", layer="1", unit="0", utm_source="mail")) == []


def test_a_scene_is_what_people_write_for_a_preset(open_app: Open) -> None:
    app = open_app("lab", lang="en", scene="figure1")
    assert told(app) == []
    assert app.session_state["preset"] == "figure1"


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [("why", "nonsense", "price"), ("rate", "17", "0.5"), ("steps", "1_000", "500"), ("head", "perhaps", "true")],
)
def test_a_chapter_says_so_too_and_takes_right_values_without_a_word(name: str, wrong: str, right: str) -> None:
    asked = {"lang": "en", "explore": "true", "drifts": "grow"}
    app = open_at("whitening", **asked, **{name: wrong})
    said = translate("app.address_wrong", "en", name=plain(name), text=plain(wrong))
    assert told(app) == [said]
    assert told(app.run()) == [said]
    assert told(open_at("whitening", **asked, **{name: right})) == []


def names_in(folder: str) -> Iterator[str]:
    """Yield the names by which a page's code keeps its controls in the address, where they are written out."""
    for path in (ROOT / folder).rglob("*.py"):
        for call in (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)):
            bound = [each.value for each in call.keywords if each.arg == "key"]
            places = bound if any(each.arg == "bind" for each in call.keywords) else []
            at = NAME_AT.get(getattr(call.func, "id", getattr(call.func, "attr", "")))
            if at is not None and at < len(call.args):
                places = [call.args[at]]
            for place in places:
                if isinstance(place, ast.Constant) and isinstance(place.value, str):
                    yield place.value.rsplit(".", 1)[-1]


@pytest.mark.parametrize("page", sorted(FOLDERS))
def test_a_page_knows_the_names_of_all_its_controls_and_no_others(page: str) -> None:
    used = set(names_in(FOLDERS[page]))
    if page != "misconceptions":
        assert used <= KNOWN[page]
    if page != "pitfalls":
        source = "".join(path.read_text("utf-8") for path in (ROOT / FOLDERS[page]).rglob("*.py"))
        built = {f"{start}_" for start in re.findall(r'f"([a-z_]+)_\{', source)}
        live = {"panel", "layer", "unit", "step", "run"} if page == "convolution" else set()
        rest = {name for name in KNOWN[page] - used - live if not name.startswith(tuple(built))}
        assert {name for name in rest if f'"{name}"' not in source} == set()


def test_the_links_of_our_texts_have_names_that_their_pages_know() -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md")]
    texts += [text for lang in ("en", "zh") for text in catalogue(lang).values()]
    links = {link for text in texts for link in re.findall(r"\b([a-z_]+)\?([a-z_]+=[\w.]+(?:&[a-z_]+=[\w.]+)*)", text)}
    asked = {(page, pair.partition("=")[0]) for page, query in links if page in KNOWN for pair in query.split("&")}
    assert len(asked) > 20
    assert {(page, name) for page, name in asked if name not in KNOWN[page] and name != "lang"} == set()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("page", ["saturation", "contents"])
def test_a_page_says_which_names_it_does_not_know_as_plain_text(lang: str, page: str) -> None:
    typed = "[a](https://b.example)" + "c" * 200
    app = open_at(page, lang=lang, scene="xyz", step="foo", utm_source="mail", **{typed: "1"})
    (sentence,) = told(app)
    assert sentence == translate("app.address_unknown", lang, names=f"scene, step, {plain(typed)}")
    assert "c" * 80 not in sentence
    assert told(app.run()) == [sentence]


def test_a_name_that_was_perhaps_meant_is_said_and_one_of_a_closed_part_is_known() -> None:
    asked = {"lang": "en", "sat_part": "layers", "deep_seed": "3", "sat_maen": "2"}
    near = translate("sidebar.link_perhaps", "en", name="sat_maen", near="sat_mean")
    assert told(open_at("saturation", **asked)) == [translate("app.address_unknown", "en", names=near)]


def test_both_notes_are_shown_where_the_first_run_of_the_page_was_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser asks for another run while the first one draws: its error is known then, its names are new still."""
    tell, runs = link_note.tell, []

    def break_off_once(error: str | None) -> None:
        tell(error)
        runs.append(error)
        if len(runs) == 1:
            st.rerun()

    monkeypatch.setattr(link_note, "tell", break_off_once)
    (sentence,) = told(open_at("lab", lang="en", preset="nonsense", qqqq="1"))
    assert runs[0] is not None
    assert runs[1:] == [None]
    assert "qqqq" in sentence
    assert "unknown preset" in sentence


@pytest.mark.parametrize("page", ["lab", "contents", "saturation"])
def test_a_parameter_without_a_name_is_passed_over(page: str) -> None:
    """Streamlit raised an error where such a name was looked up in its state, on every page."""
    app = open_at(page, lang="en", **{"": "1"})
    assert not app.exception
    assert told(app) == []
