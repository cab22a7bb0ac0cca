"""The guided tour: what each step sets up, and how it is entered and left."""

from __future__ import annotations

import pytest
from opened_app import Open, session_of
from streamlit.testing.v1 import AppTest

from bnviz.config import PRESETS
from bnviz.lab.live_view import PANELS
from bnviz.lab.tour import GUESSES, STEPS
from bnviz.ui import lecture, menu
from bnviz.ui.text import has, t

LAST = len(STEPS)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the run was told; no thread is started."""
    from bnviz.live.session import Session

    told: list[str] = []
    monkeypatch.setattr(Session, "restart", lambda self, play: told.append("train" if play else "reset"))
    monkeypatch.setattr(Session, "train", lambda self: told.append("train"))
    monkeypatch.setattr(Session, "pause", lambda self: told.append("pause"))
    return told


def shown(app: AppTest) -> dict[str, object]:
    return dict(app.session_state["bnviz.show"]["lab"])


def test_every_step_has_its_words_and_no_words_are_left_over() -> None:
    for number, step in enumerate(STEPS, 1):
        assert step.panel in PANELS
        assert all(has(f"tour.{number}.{part}") for part in ("title", "text", "look"))
        assert has(f"tour.{number}.do") == (step.thing is not None)
    assert not has(f"tour.{LAST + 1}.title")


@pytest.mark.parametrize("number", range(1, LAST + 1))
def test_a_link_enters_a_step(open_app: Open, asked: list[str], number: int) -> None:
    app = open_app(tour=str(number), preset="figure1", lr="2")
    assert not app.exception
    step = STEPS[number - 1]
    experiment = session_of(app).experiment
    assert experiment is not None
    assert experiment.base == PRESETS[step.scene]
    arms = [dict(changes)["norm"] for changes in experiment.arms]
    assert arms == (["none", "batch"] if step.twins else ["none"])
    assert app.subheader[0].value == t(f"tour.{number}.title")
    assert asked == [step.action]
    assert (shown(app)["panel"], shown(app)["step"]) == (step.panel, step.shown_step)
    app.run()
    assert asked == [step.action]  # once: afterwards the visitor may move on
    assert shown(app)["n"] == 1


def test_forward_back_and_out(open_app: Open, asked: list[str]) -> None:
    app = open_app()
    assert app.button(key="tour_start").label == t("tour.start")
    app.button(key="tour_start").click().run()
    for number in range(1, LAST):
        assert app.query_params["tour"] == str(number)
        app.button(key="tour_next").click().run()
    assert asked == [step.action for step in STEPS]
    app.button(key="tour_back").click().run()
    assert app.query_params["tour"] == str(LAST - 1)
    app.button(key="tour_leave").click().run()
    assert "tour" not in app.query_params
    assert app.title[0].value == t(f"scene.{STEPS[LAST - 2].scene}.title")
    assert app.button(key="tour_start").label == t("tour.again")
    app.button(key="tour_start").click().run()
    assert app.query_params["tour"] == str(LAST - 1)  # taken up where it was left
    assert not app.exception


def test_the_last_step_leads_to_the_chapters_and_to_the_lab(open_app: Open, asked: list[str]) -> None:
    app = open_app(tour=str(LAST))
    links = [link.proto.label for link in app.get("page_link")]
    assert links[: len(menu.CHAPTERS)] == [t(f"nav.{name}") for name in menu.present(menu.CHAPTERS)]
    app.button(key="tour_finish").click().run()
    assert "tour" not in app.query_params
    app.button(key="tour_start").click().run()
    assert app.query_params["tour"] == "1"


@pytest.mark.parametrize("guess", GUESSES)
def test_the_last_question_is_guessed_before_it_is_answered(open_app: Open, asked: list[str], guess: str) -> None:
    number = next(number for number, step in enumerate(STEPS, 1) if step.guess)
    app = open_app(tour=str(number))
    answers = {t(f"tour.guess.answer.{each}") for each in GUESSES}
    assert not answers & {each.value for each in app.markdown}
    app.button_group(key="tour_guess").set_value(guess).run()
    assert not answers & {each.value for each in app.markdown}  # the run answers first
    app.button(key="tour_next").click().run()
    assert answers & {each.value for each in app.markdown} == {t(f"tour.guess.answer.{guess}")}
    app.button(key="tour_back").click().run()
    assert app.button_group(key="tour_guess").value == guess


def test_nobody_is_told_what_was_not_guessed(open_app: Open, asked: list[str]) -> None:
    number = next(number for number, step in enumerate(STEPS, 1) if step.guess)
    app = open_app(tour=str(number + 1))
    assert not {t(f"tour.guess.answer.{each}") for each in GUESSES} & {each.value for each in app.markdown}


@pytest.mark.parametrize("wrong", ["0", "99", "two", "-1", "²"])
def test_what_is_no_step_is_no_tour(open_app: Open, asked: list[str], wrong: str) -> None:
    app = open_app(tour=wrong, lr="2")
    assert not app.exception
    assert "tour" not in app.query_params
    assert asked == []
    assert app.select_slider(key="lr").value == 2.0


def test_a_moved_control_stays_within_a_step(open_app: Open, asked: list[str]) -> None:
    app = open_app(tour="4")
    app.select_slider(key="depth").set_value(3).run()
    experiment = session_of(app).experiment
    assert experiment is not None
    assert experiment.base.depth == 3
    assert app.query_params["tour"] == "4"


def test_lecture_mode_is_in_the_address_and_has_a_way_out(open_app: Open) -> None:
    app = open_app(lecture="true")
    assert not app.exception
    assert "tour_start" not in [button.key for button in app.button]
    app.button(key="lecture_leave").click().run()
    assert "lecture" not in app.query_params
    app.button(key="lecture_enter").click().run()
    assert app.query_params["lecture"] == "true"


def test_lecture_mode_goes_along_to_another_page(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, object] = {}
    monkeypatch.setattr(lecture.st, "session_state", state)
    query = {"lecture": "true"}
    monkeypatch.setattr(lecture.st, "query_params", query)
    lecture.sync_from_url("")
    assert lecture.zoom() > 1
    query.clear()  # another page starts with an address of its own
    lecture.sync_from_url("guide")
    assert lecture.on()
    assert query == {"lecture": "true"}
    lecture.leave()
    lecture.sync_from_url("guide")
    assert not lecture.on()
    lecture.sync_from_url("data")
    assert not lecture.on()
    assert query == {}
