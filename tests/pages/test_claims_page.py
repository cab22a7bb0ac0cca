"""The ledger of claims and the ten misconceptions in AppTest."""

from __future__ import annotations

import csv
import io
import re

import pytest
from opened_app import Open
from streamlit.testing.v1 import AppTest

from bnviz.ledger import claims, counts, judge_claims, misconceptions, recorded, seen_verdicts
from bnviz.ledger import own_runs as claims_runs
from bnviz.ledger import wording as claims_words
from bnviz.ledger.bars import count_bars
from bnviz.ledger.records import Measured
from bnviz.text.catalogue import translate

LANGS = pytest.mark.parametrize("lang", ["en", "zh"])


def shown_ids(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value.iloc[:, 0])


@LANGS
def test_the_ledger_shows_every_claim_with_its_verdict(open_page: Open, lang: str) -> None:
    app = open_page(lang, page="claims")
    assert not app.exception
    frame = app.dataframe[0].value
    assert list(frame.iloc[:, 0]) == [each.id for each in claims()]
    wanted = [translate(f"claims.verdict.{row.verdict}", lang) for row in judge_claims(recorded())]
    assert list(frame[translate("claims.column.verdict", lang)]) == wanted
    in_own_words = [each.words if each.language == lang else each.translation for each in claims()]
    assert list(frame[translate("claims.column.words", lang)]) == in_own_words
    (alt,) = re.findall(
        r'class="claim-bars" role="img" aria-label="([^"]+)"', " ".join(part.proto.body for part in app.get("html"))
    )
    made = counts(judge_claims(recorded()))["all"]
    for verdict, count in made.items():
        assert (
            not (count or verdict != "not_run")
            or translate("claims.bars", lang, count=count, verdict=translate(f"claims.verdict.{verdict}", lang)) in alt
        )


@LANGS
def test_an_address_with_a_claim_leads_to_its_card_until_another_is_chosen(open_page: Open, lang: str) -> None:
    def lines(app: AppTest) -> list[str]:
        return [part.proto.body for part in app.get("html") if "bnviz-task-li" in part.proto.body]

    app = open_page(lang, page="claims", claim="S1.2")
    (words, link) = lines(app)
    assert "S1.2" in words
    (anchor,) = re.findall(r'href="#([^"]+)"', link)
    assert any(f'id="{anchor}"' in part.proto.body for part in app.get("html"))
    assert lines(open_page(lang, page="claims")) == []
    assert lines(open_page(lang, page="claims", claim="<b>x</b>")) == []
    if lang == "en":  # AppTest cannot change a choice in another language than its page began in
        app.selectbox(key="claim").set_value("S0.1").run()
        assert lines(app) == []


def test_filters_leave_what_passes_all_of_them(open_page: Open) -> None:
    app = open_page(page="claims", notes="S4", said="W", here="refuted")
    wanted = [
        row.claim.id
        for row in judge_claims(recorded())
        if row.claim.notes == "S4" and "W" in row.claim.literature and row.verdict == "refuted"
    ]
    assert wanted
    assert shown_ids(app) == wanted
    app.selectbox(key="topic").set_value("transform").run()
    topics = {each.id: each.topic for each in claims()}
    assert shown_ids(app) == [name for name in wanted if topics[name] == "transform"]
    app.selectbox(key="topic").set_value("calculus").run()
    assert not app.exception
    assert [note.value for note in app.info] == [translate("claims.none")]


@LANGS
def test_a_deep_link_opens_a_claim_in_its_own_words(open_page: Open, lang: str) -> None:
    app = open_page(lang, page="claims", claim="S0.4")
    (claim,) = (each for each in claims() if each.id == "S0.4")
    assert app.selectbox(key="claim").value == "S0.4"
    words = [each.value for each in app.text]
    assert claim.words in words
    assert claim.translation in words
    assert any(claim.note[lang] in each for each in words)


def test_a_claim_that_nothing_tests_says_so_and_has_no_button(open_page: Open) -> None:
    app = open_page(page="claims", claim="S0.13")
    assert translate("claims.no_test") in [note.value for note in app.info]
    assert not [button for button in app.button if str(button.key).startswith("run_")]


def test_the_button_runs_the_test_and_writes_the_readers_result_beside(open_page: Open) -> None:
    app = open_page(page="claims", claim="S0.21")
    assert app.metric[1].value == translate("claims.not_run")
    app.button(key="run_E18").click().run()
    assert not app.exception
    assert [each.value for each in app.metric] == [translate("claims.verdict.refuted")] * 2
    own = app.dataframe[0].value.set_index(translate("claims.column.id"))[translate("claims.column.own")]
    assert own["S0.21"] == translate("claims.verdict.refuted")
    assert own["S0.4"] == translate("claims.not_run")
    app.button(key="claims_forget").click().run()
    assert app.metric[1].value == translate("claims.not_run")


@LANGS
def test_ten_cards_with_recorded_results(open_page: Open, lang: str) -> None:
    app = open_page(lang, page="misconceptions")
    assert not app.exception
    heads = [each.value for each in app.subheader[1:]]  # after "Explore the data"
    assert len(heads) == 10
    for head, each in zip(heads, misconceptions(), strict=True):
        assert translate(f"misconceptions.{each.id}.wrong", lang) in head
    assert translate("claims.source.formula", lang) in [each.value for each in app.caption]
    verdicts = [metric.value for metric in app.metric[::2]]
    assert verdicts == [
        translate(f"claims.verdict.{claims_runs.judged(each.tests)}", lang) for each in misconceptions()
    ]


def test_a_card_runs_its_experiment(open_page: Open) -> None:
    app = open_page(page="misconceptions")
    app.button(key="run_normal").click().run()
    assert not app.exception
    place = [each.id for each in misconceptions()].index("normal")
    assert app.metric[2 * place + 1].value == translate("claims.verdict.refuted")


def test_the_csv_holds_everything() -> None:
    found = judge_claims(recorded())
    table = list(csv.reader(io.StringIO(claims_words.csv_of(found, {}).removeprefix("\ufeff"))))
    assert len(table) == 1 + len(found)
    assert [line[0] for line in table[1:]] == [each.id for each in claims()]
    assert table[4][3] == claims()[3].words
    assert {len(line) for line in table} == {12}


def test_what_is_no_paper_is_named_in_the_readers_language() -> None:
    sources = {each.source for each in (*claims(), *misconceptions())}
    assert set(claims_words.PLAIN_SOURCES) <= sources
    assert all(any(c.isupper() for c in name) or "." in name for name in sources - {*claims_words.PLAIN_SOURCES, ""})


def test_the_row_of_an_opposite_statement_says_its_opposite_in_every_cell() -> None:
    for row in judge_claims(recorded()):
        for link, effect in row.effects.items():
            opposite = link.startswith("-")
            assert claims_words.statement(link).startswith("the opposite of: ") == opposite
            assert (claims_words.limit(link) != claims_words.limit(link.removeprefix("-"))) == opposite
            plain = claims_words.answer_words(link.removeprefix("-"), effect)
            if opposite and plain != translate("claims.answer.open"):
                assert {plain, claims_words.answer_words(link, effect)} == {"holds", "fails"}
            else:
                assert plain == claims_words.answer_words(link, effect)


def test_own_runs_count_only_where_they_bear_on_a_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = {
        "E18": Measured(
            "E18", (0, 1, 2), {"E18.identity_error_std": (9.0, 9.0, 9.0), "E18.identity_error_var": (9.0,) * 3}, 0.1
        )
    }
    monkeypatch.setattr(claims_runs, "own", lambda: mine)
    found = claims_runs.own_rows()
    assert found["S0.5"].verdict == "refuted"
    assert "S0.4" not in found
    verdict, effects = claims_runs.judge(("E18.identity_error_std",))
    assert verdict == "refuted"
    recorded_effect, own_effect = effects["E18.identity_error_std"]
    assert recorded_effect is not None
    assert own_effect is not None
    assert own_effect.mean == 9


def test_the_bars_are_the_counts() -> None:
    made = counts(judge_claims(recorded()))
    names = seen_verdicts(judge_claims(recorded()))
    drawn = count_bars(made, names, "in <words>")
    for verdict in names:
        found = re.findall(rf'data-verdict="{verdict}" style="flex:(\d+)" title="([^"]+)"', drawn)
        wanted = [each[verdict] for each in made.values() if each[verdict]]
        assert found == [(str(n), f"{translate(f'claims.verdict.{verdict}')}: {n}") for n in wanted]
    assert 'aria-label="in &lt;words&gt;"' in drawn
