"""A wrong address is told in one sentence in the main column, until the visitor changes something."""

from __future__ import annotations

import pytest
from opened_app import Open, open_at
from streamlit.testing.v1 import AppTest

from bnviz.lab.settings import FIRST_SCENE
from bnviz.text.catalogue import translate
from bnviz.text.plain import plain


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
