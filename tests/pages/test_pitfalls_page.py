"""Pitfalls and frameworks in AppTest: every card in both languages, a real run, texts that follow the lab."""

from __future__ import annotations

import ast

import pytest
from opened_app import Open, words

from bnviz.chapters.pitfalls.frameworks import STEPS, source
from bnviz.chapters.pitfalls.snippets import PITFALLS, program
from bnviz.config import RunConfig
from bnviz.text.catalogue import catalogue


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", PITFALLS)
def test_every_card_shows_its_program(open_page: Open, name: str, lang: str) -> None:
    app = open_page(pitfall=name, lang=lang)
    assert app.code[0].value.strip() == program(name).strip()
    shown = " ".join(each.value for each in app.markdown)
    assert catalogue(lang)[f"pitfalls.{name}.symptom"] in shown
    assert catalogue(lang)[f"pitfalls.{name}.cure"] in shown


def test_run_it_runs_it(open_page: Open) -> None:
    app = open_page(pitfall="p05")
    assert len(app.code) == 1
    app.button(key="run-p05").click().run()
    assert not app.exception
    assert "stored 1.333 (unbiased)" in app.code[1].value


def test_another_card_is_chosen(open_page: Open) -> None:
    app = open_page()
    app.radio(key="pitfall").set_value("p16").run()
    assert not app.exception
    assert app.code[0].value.strip() == program("p16").strip()
    assert app.query_params["pitfall"] == "p16"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("framework", ["pytorch", "keras", "jax"])
def test_every_framework_in_both_languages(open_page: Open, framework: str, lang: str) -> None:
    app = open_page(pit_part="frameworks", framework=framework, lang=lang)
    ast.parse(app.code[0].value)
    assert app.code[0].value.strip() == source(RunConfig(), framework, STEPS).strip()
    assert (
        catalogue(lang)["frameworks.unrun"] not in words(app, "markdown", "caption", "html") or framework != "pytorch"
    )


def test_the_text_is_that_of_the_address(open_page: Open) -> None:
    app = open_page(pit_part="frameworks", framework="keras", lr="0.25", momentum="0.03")
    assert "keras.optimizers.SGD(0.25" in app.code[0].value
    assert "momentum=0.97" in app.code[0].value
    assert "0.97 (0.99)" in words(app, "markdown", "caption", "html")


def test_a_scene_and_a_network_are_chosen(open_page: Open) -> None:
    app = open_page(pit_part="frameworks")
    app.selectbox(key="code_of").set_value("tiny-batch").run()
    assert "BATCH, STEPS, SEED = min(2, len(x))" in app.code[0].value
    app.radio(key="code_arm").set_value("0").run()
    assert not app.exception
    assert "BatchNorm1d" not in app.code[0].value
