"""docs/coverage.md names every idea of the notes once, and its links lead somewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from opened_app import open_at, recordings_only, session_of
from streamlit.testing.v1 import AppTest

from bnviz.config import from_query
from bnviz.lab.live_view import FIRST_PANEL
from bnviz.live.session import Session
from bnviz.text.catalogue import catalogue, translate
from bnviz.ui.chapter import SHOWN

ROOT = Path(__file__).parents[1]
TABLE = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
IDEAS = {"S0": 24, "S1": 41, "S2": 24, "S3": 21, "S4": 42}
ROWS = [tuple(cell.strip() for cell in row) for row in re.findall(r"^\| (S\d.+?) \|(.+?)\|(.+)\|$", TABLE, re.M)]
LINKS = sorted({link for _, _, where in ROWS for link in re.findall(r"\]\((.+?)\)", where)})


LONGEST_WAIT = 500
"""Steps that a linked lab may train before it shows its moment: a few seconds."""


def queries() -> dict[str, list[dict[str, str]]]:
    """Return the query parameters of all links, by page."""
    found: dict[str, list[dict[str, str]]] = {}
    for link in LINKS:
        parts = urlsplit(link)
        query = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        found.setdefault(parts.path.strip("/") or "lab", []).append(query)
    return found


QUERIES = queries()


def test_every_idea_is_there_once() -> None:
    wanted = [f"{notes}.{number + 1}" for notes, count in IDEAS.items() for number in range(count)]
    assert [row[0] for row in ROWS] == wanted


def test_every_idea_lives_somewhere() -> None:
    for number, idea, where in ROWS:
        assert idea, number
        places = where.split(" · ")
        assert all(re.fullmatch(r"\[[^\]]+\]\(/[^)]*\)|later: [A-Z][\w ]+", place) for place in places), number


@pytest.fixture(scope="module", autouse=True)
def _no_training() -> Iterator[None]:
    with recordings_only():
        yield


@cache
def opened(page: str, link: str) -> AppTest:
    """A page as a link opens it; what tests do to it is reading."""
    return open_at(page, lang="en", **dict(parse_qsl(link)))


@cache
def opened_lab(link: str) -> tuple[AppTest, list[int]]:
    """The lab as a link opens it, and the steps to which it asked to be trained."""
    asked: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "train_to", lambda _, step: asked.append(step))
        return open_at(**dict(parse_qsl(link))), asked


@pytest.mark.parametrize("page", sorted(set(QUERIES) - {"lab"}))
def test_a_page_offers_every_choice_that_is_linked(page: str) -> None:
    app = open_at(page, lang="en", explore="true")
    for query in QUERIES[page]:
        for name, value in query.items():
            if value == SHOWN:  # a guess that the link skips
                assert opened(page, urlencode(query)).session_state[name] == SHOWN
                continue
            choice = app.button_group(key=name)  # KeyError: the page has no such choice
            assert choice.set_value(value).indices, "ValueError: the choice has no such option"


@pytest.mark.parametrize("page", sorted(set(QUERIES) - {"lab", "guide", "data"}))
def test_no_link_opens_on_a_gate_or_an_empty_view(page: str) -> None:
    show_me = translate("stage.show_me")
    for query in QUERIES[page]:
        app = opened(page, urlencode(query))
        assert [button.key for button in app.button if button.label == show_me] == [], query
        pictures = [each for each in app.get("bidi_component") if json.loads(each.proto.json).get("kind") == "stage"]
        assert pictures or app.get("plotly_chart"), query


@pytest.mark.parametrize("link", [link for link in LINKS if "#" in link])
def test_a_link_to_a_moment_names_a_step_that_its_page_has(link: str) -> None:
    parts = urlsplit(link)
    moment = dict(parse_qsl(parts.fragment, strict_parsing=True))
    assert f"{parts.path.strip('/')}.stage.steps.{moment['step']}.title" in catalogue()
    assert moment["shown"] == "1"


def test_a_choice_that_is_not_offered_is_noticed() -> None:
    app = open_at("whitening", lang="en", explore="true")
    with pytest.raises(KeyError):
        app.button_group(key="no_such_part")
    with pytest.raises((KeyError, ValueError)):
        _ = app.button_group(key="why").set_value("no_such_option").indices


@pytest.mark.parametrize("query", QUERIES["lab"], ids=urlencode)
def test_a_link_to_the_lab_sets_up_its_experiment_and_panel(query: dict[str, str]) -> None:
    app, _ = opened_lab(urlencode(query))
    assert not app.warning
    panel = query.get("panel", FIRST_PANEL)
    described = {name: value for name, value in query.items() if name not in ("panel", "step")}
    assert session_of(app).experiment == from_query(described)
    views = [json.loads(each.proto.json) for each in app.get("bidi_component") if each.proto.json]
    assert [view["panel"] for view in views if "panel" in view] == [panel]


@pytest.mark.parametrize("query", QUERIES["lab"], ids=urlencode)
def test_no_link_to_the_lab_is_without_a_moment(query: dict[str, str]) -> None:
    """It opens on a recording that has steps, or it trains to the step that it names."""
    app, asked = opened_lab(urlencode(query))
    session = session_of(app)
    if "step" in query and session.source == "live":
        assert asked == [int(query["step"])]
        assert 0 < asked[0] <= LONGEST_WAIT, "a visitor waits for these steps"
    else:
        assert asked == []
        assert session.source == "recorded", "it opens at step 0: name a step"
        assert session.history is not None
        assert session.history.frames[-1].step > 0


def test_the_lab_without_a_recording_and_without_a_step_opens_at_step_0() -> None:
    session = session_of(open_at(norm_position="after"))
    assert session.source != "recorded"
