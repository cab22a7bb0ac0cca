"""The page "Why it works" in AppTest; what it says is what the rule makes of the recording."""

from __future__ import annotations

import pytest
from opened_app import Open, alts, words

from bnviz.chapters.why import cached
from bnviz.chapters.why.drawings_part import identity_drawing, shift_drawing
from bnviz.chapters.why.findings import DRIFT, LINEAR, NOISE, SHIFT, SMOOTH, findings
from bnviz.chapters.why.phase_answers import phase_answer
from bnviz.chapters.why.recipes import LIVE_STEPS, STEPS, recorded
from bnviz.chapters.why.wording import ratio_words
from bnviz.text.catalogue import translate

GUESSES = {"turn": "none", "shaken": "plain", "rough": "batch"}
QUESTIONS = {"shift": (*SHIFT, *DRIFT), "noisy": NOISE, "smooth": SMOOTH, "linear": LINEAR}
PARTS = ("shift", "noisy", "smooth", "identity", "linear")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_renders(open_page: Open, part: str, lang: str) -> None:
    app = open_page(lang, why_part=part, **GUESSES)
    assert not app.exception
    assert alts(app)
    assert all(alts(app))
    assert translate(f"why.{part}.text", lang) in words(app)


@pytest.mark.parametrize("part", ["shift", "noisy", "smooth"])
def test_nothing_is_shown_before_the_guess(open_page: Open, part: str) -> None:
    app = open_page(why_part=part)
    assert not app.exception
    assert not alts(app)


@pytest.mark.parametrize(
    ("part", "control", "scene"),
    [
        ("shift", "why_net", "vgg_slow"),
        ("noisy", "noisy_net", "vgg"),
        ("smooth", "smooth_net", "vgg"),
        ("linear", "linear_rate", "linear_slow"),
    ],
)
def test_the_table_is_that_of_the_chosen_network(open_page: Open, part: str, control: str, scene: str) -> None:
    app = open_page(why_part=part, **GUESSES, **{control: scene})
    assert not app.exception
    found = findings(recorded().studies[scene], QUESTIONS[part])
    shown = words(app)
    for each in found:
        assert f"| {translate(f'why.direction.{each.direction}')} |" in shown
        if each.verdict:
            assert f"**{translate(f'why.verdict.{each.verdict}')}**" in shown
    agreeing = sum(each.verdict == "agrees" for each in found)
    assert f"**{agreeing}** agree" in shown


def test_words_that_name_lengths_name_those_of_the_runs(open_page: Open) -> None:
    assert STEPS["figure1"][-1] + 1 == 2000
    assert "2,000 updates" in translate("why.shaken.question")
    for scene, steps in LIVE_STEPS.items():
        assert f"{steps[-1] + 1:,} steps" in translate(f"why.again.{scene}")
    app = open_page(why_part="linear", linear_rate="linear_slow")
    assert any("updates at rate 1e-07" in each.value for each in app.caption)


def test_the_layer_changes_the_figure(open_page: Open) -> None:
    app = open_page(why_part="shift", **GUESSES)
    before = alts(app)
    app.select_slider(key="layer_figure1").set_value(2).run()
    assert not app.exception
    assert alts(app)[0] == before[0]  # covariate shift over training is that of all layers
    assert alts(app)[1] != before[1]
    assert "layer 2" in alts(app)[1]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_first_thing_is_the_ratio_over_training_with_its_sentence(open_page: Open, lang: str) -> None:
    app = open_page(lang, why_part="shift", **GUESSES)
    assert "2015" in alts(app)[0]
    found = findings(recorded().studies["figure1"], tuple(q for q in SHIFT if q.quantity == "l2"))
    compared = phase_answer(recorded().studies["figure1"], "l2")
    assert compared.said == "depends"  # the interval of after / before excludes 1
    assert translate("why.phase.said.depends", lang, ratio=ratio_words(compared.ratio)) in words(app)
    for each in found:
        assert each.interval is not None
        assert f"{each.interval.mean:.3g}" in words(app) or f"{each.interval.mean:.2g}" in words(app)


def test_the_right_guess_is_what_the_recording_says(open_page: Open) -> None:
    right = cached.turned_more()
    app = open_page(why_part="shift", turn=right)
    assert [each.value for each in app.success] == [translate(f"why.turn.answer.{right}")]
    wrong = next(each for each in ("none", "batch", "depends") if each != right)
    assert not open_page(why_part="shift", turn=wrong).success
    assert cached.noisy_learned() in ("same", "between", "plain")
    assert cached.rougher() in ("none", "batch", "depends")


def test_epsilon_breaks_the_simple_form_only(open_page: Open) -> None:
    app = open_page(why_part="identity")
    app.select_slider(key="id_eps").set_value(1.0).run()
    assert not app.exception
    for layer in cached.identity(100, 60, 1.0):
        assert layer.deviation(layer.exact) < 1e-12 < layer.deviation(layer.simple)


@pytest.fixture
def _short_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let small versions stop early: tests/chapters/why trains, these tests press buttons."""
    monkeypatch.setitem(LIVE_STEPS, "figure1", (0, 2, 8, 30))
    monkeypatch.setitem(LIVE_STEPS, "linear", (0, 4, 9))


@pytest.mark.usefixtures("_short_runs")
@pytest.mark.parametrize(("part", "charts_more"), [("noisy", 1), ("smooth", 1)])
def test_a_small_version_runs_now(open_page: Open, part: str, charts_more: int) -> None:
    app = open_page(why_part=part, **GUESSES)
    before = len(alts(app))
    app.button(key=f"again_{part}").click().run()
    assert not app.exception
    assert len(alts(app)) == before + charts_more
    assert translate("why.few", seeds=1) in words(app)


def test_no_network_chosen_is_said_in_words(open_page: Open) -> None:
    app = open_page(why_part="shift", **GUESSES)
    app.multiselect(key="arms_shift").set_value([]).run()
    assert not app.exception
    assert translate("why.none_chosen") in [each.value for each in app.info]


@pytest.mark.usefixtures("_short_runs")
def test_the_deep_linear_net_runs_now(open_page: Open) -> None:
    app = open_page(why_part="linear")
    app.button(key="again_linear").click().run(timeout=150)
    assert not app.exception
    assert len(alts(app)) == 4


def test_alternatives_are_written_with_the_numbers() -> None:
    assert "With BN: relative" in shift_drawing(recorded().studies["figure1"], 3)[1]
    assert identity_drawing(cached.identity(0, 8, 0.0))[1].count("%") == 3
