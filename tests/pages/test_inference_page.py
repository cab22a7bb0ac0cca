"""Training and inference in AppTest: every part in both languages, and what its main control changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

SHELL = Path(__file__).resolve().parents[2] / "bnviz" / "ui" / "shell.py"


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(SHELL, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page("../../pages/inference.py").run()
    assert not app.exception
    return app


def metrics(app: AppTest) -> list[str]:
    return [each.value for each in app.metric]


def words(app: AppTest) -> str:
    return " ".join(each.value for each in [*app.markdown, *app.caption])


def charts(app: AppTest) -> list[Any]:
    return [json.loads(each.proto.spec) for each in app.get("plotly_chart")]


PARTS = (
    {"inf_part": "jitter", "alone": "same"},
    {"inf_part": "chase", "settle": "ten"},
    {"inf_part": "study", "early": "chance"},
    {"inf_part": "repair", "bright": "most"},
    {"inf_part": "repair", "accident": "few"},
    {"inf_part": "repair", "accident": "small"},
    {"inf_part": "fold"},
)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("query", PARTS, ids=lambda query: "-".join(query.values()))
def test_every_part_in_both_languages(query: dict[str, str], lang: str) -> None:
    app = opened(**query, lang=lang)
    assert charts(app) or metrics(app)
    for chart in app.get("plotly_chart"):
        assert chart.proto.alt
    chinese = any("\u4e00" <= letter <= "\u9fff" for letter in words(app))
    assert chinese is (lang == "zh")


def test_other_mates_change_training_mode_and_not_evaluation_mode() -> None:
    app = opened(inf_part="jitter", batch="4")
    train, evaluation, spread, fixed = metrics(app)
    app.slider(key="mates").set_value(9).run()
    assert not app.exception
    assert metrics(app)[0] != train
    assert metrics(app)[1:] == [evaluation, spread, fixed]
    assert fixed == "0"


def test_a_guess_comes_before_the_numbers() -> None:
    assert "29" not in metrics(opened(inf_part="chase"))
    app = opened(inf_part="chase", settle="ten")
    assert metrics(app)[:2] == ["28.4", "29"]
    assert "29 steps with PyTorch's default, 299 with Keras'" in words(app)


def test_both_conventions_are_the_same_run() -> None:
    torch = opened(inf_part="chase", settle="ten", m_pytorch="0.01")
    keras = opened(inf_part="chase", settle="ten", written="keras")  # its default is 0.99
    assert metrics(torch) == metrics(keras)
    assert metrics(torch)[1] == "299"
    for app in (torch, keras):
        assert "momentum = 0.01 is the same as Keras momentum = 0.99" in words(app)


def test_the_study_says_that_it_is_recorded() -> None:
    app = opened(inf_part="study", early="good")
    assert "Recorded on" in words(app)
    app.select_slider(key="study_batch").set_value(2).run()
    assert not app.exception
    assert "no statistics can save it" in words(app)


def test_brightness_breaks_it_and_new_statistics_repair_it() -> None:
    app = opened(inf_part="repair", bright="most")
    broken = words(app)
    app.slider(key="brightness").set_value(0.0).run()
    assert not app.exception
    assert words(app) != broken


def test_the_unbiased_factor_follows_the_samples() -> None:
    app = opened(inf_part="chase")
    assert metrics(app)[-1] == "1.500"
    app.select_slider(key="samples").set_value(2).run()
    assert metrics(app)[-1] == "2.000"
