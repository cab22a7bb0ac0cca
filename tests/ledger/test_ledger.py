"""The claims as data, the tests in their known cases, and the ledger that both make."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path

import pytest

from bnviz.config import InputError
from bnviz.ledger import (
    FILE,
    NOTES,
    QUESTIONS,
    TRIALS,
    VERDICTS,
    answer,
    claims,
    counts,
    crossed,
    merged,
    misconceptions,
    recorded,
    rows,
    run_claims,
    run_test,
)
from bnviz.ledger.records import Ledger, Measured, ledger_from_dict, ledger_to_dict, load_ledger, save_ledger
from bnviz.text.catalogue import translate

IDEAS = {"S0": 24, "S1": 41, "S2": 24, "S3": 21, "S4": 42}
# What theory gives: these answers hold on any machine.
KNOWN = {
    "E2.moments": "yes",
    "E2.shape": "yes",
    "E2.normal": "no",
    "E2.one64": "no",
    "E2.two95": "yes",
    "E18.std": "yes",
    "E18.var": "no",
    "E22.standardize": "yes",
    "E22.whiten": "yes",
    "E22.round": "no",
    "E22.kept": "yes",
    "E22.slopes": "yes",
    "E22.normal": "no",
    "E23.keras": "yes",
    "E23.torch": "no",
    "E23.slower": "yes",
    "E6.output": "yes",
    "E6.gradient": "yes",
    "E6.input": "yes",
    "E6.step": "no",
    "E6.radial": "yes",
    "E7.drift": "yes",
    "E7.flat": "yes",
    "E16.vanish": "yes",
    "E16.norm_helps": "yes",
    "E16.explode": "yes",
    "E16.gain": "yes",
    "L2.limit": "yes",
    "L2.formula": "yes",
    "L2.steepest": "yes",
    "L2.remainder": "yes",
    "L2.backward": "yes",
    "L2.constant": "no",
}


@pytest.fixture(scope="module")
def cheap() -> Ledger:
    return run_claims(tests=tuple(dict.fromkeys(name.split(".")[0] for name in KNOWN)))


def test_every_claim_is_there_once_with_words_and_tests_that_exist() -> None:
    assert [each.id for each in claims()] == [
        f"{notes}.{n + 1}" for notes, count in IDEAS.items() for n in range(count)
    ]
    for each in claims():
        assert each.words, each.id
        assert each.translation, each.id
        assert each.source, each.id
        chinese = any("\u4e00" <= letter <= "\u9fff" for letter in each.translation)
        assert chinese == (each.language == "en"), each.id
        assert bool(each.note["en"]) == bool(each.note["zh"]), each.id
        assert {link.removeprefix("-") for link in each.tests} <= set(QUESTIONS), each.id
        # who says that something is wrong or imprecise says what is right
        assert each.literature == ("C",) or each.note["en"], each.id


def test_there_is_a_test_for_every_number_of_the_list() -> None:
    assert {int(name[1:]) for name in TRIALS if name[0] == "E"} == set(range(1, 26))
    for name in QUESTIONS:
        for lang in ("en", "zh"):
            assert translate(f"claims.question.{name}", lang)
            assert translate(f"claims.unit.{QUESTIONS[name].unit}", lang)


def test_there_are_ten_misconceptions_and_each_can_be_tested() -> None:
    assert len({each.id for each in misconceptions()}) == 10
    for each in misconceptions():
        assert each.tests
        assert {link.removeprefix("-") for link in each.tests} <= set(QUESTIONS)
        assert set(each.trials) <= set(TRIALS)


@pytest.mark.parametrize("name", KNOWN)
def test_what_theory_gives_is_found(name: str, cheap: Ledger) -> None:
    assert answer(QUESTIONS[name], cheap.values(name)) == KNOWN[name]


def test_looking_into_layers_finds_what_was_built() -> None:
    found = TRIALS["L1"].run(0)
    exact = ("tensors", "lengths", "every")
    assert all(found[name] == 0 for name in exact)
    assert found["last"] == 1  # the head
    assert found["locations"] == 32 * 35  # 6 x 6 locations for one
    assert found["unit"] == pytest.approx(math.sqrt(32) - 1, abs=0.01)  # m values of variance 1
    assert found["biased"] == pytest.approx(1 / 7, abs=1e-3)
    assert found["batch"] == pytest.approx(4, rel=0.5)  # sqrt(256 / 16)


def test_a_run_can_be_repeated() -> None:
    first, second = (run_test("E22", (3, 4)) for _ in range(2))
    assert first.effects == second.effects
    assert first.seeds == (3, 4)


def test_verdicts_are_made_by_the_rule_from_the_runs(cheap: Ledger) -> None:
    found = {row.claim.id: row for row in rows(cheap)}
    assert found["S0.4"].verdict == "contradicted"  # standard normal
    assert found["S0.5"].verdict == "confirmed"  # the identity can be reached
    assert found["S0.21"].verdict == "contradicted"  # gamma = var
    assert found["S0.13"].verdict == "untestable"
    assert found["S0.9"].verdict == "not_run"  # its test was not run
    turned = Measured("E18", (0, 1, 2), {"E18.std": (1.0, 1.0, 1.0), "E18.var": (0.0, 0.0, 0.0)}, 0.1)
    again = {row.claim.id: row.verdict for row in rows(merged(cheap, {"E18": turned}))}
    assert again["S0.5"] == "contradicted"
    assert again["S0.21"] == "confirmed"


def test_counts_add_up(cheap: Ledger) -> None:
    found = rows(cheap)
    made = counts(found)
    assert {notes: sum(each.values()) for notes, each in made.items() if notes != "all"} == IDEAS
    for name in VERDICTS:
        assert made["all"][name] == sum(made[notes][name] for notes in NOTES)
    assert made["all"] == {name: Counter(row.verdict for row in found)[name] for name in VERDICTS}
    assert sum(sum(each.values()) for each in crossed(found).values()) == len(found)


def test_a_ledger_comes_back_from_its_file(cheap: Ledger, tmp_path: Path) -> None:
    gap = Measured("E4", (0, 1), {"E4.rate": (math.nan, 2.0)}, 1.0)
    ledger = merged(cheap, {"E4": gap})
    save_ledger(ledger, tmp_path / "claims.json")
    back = load_ledger(tmp_path / "claims.json")
    assert set(back.tests) == set(ledger.tests)
    assert math.isnan(back.values("E4.rate")[0])
    assert back.values("E6.step") == pytest.approx(cheap.values("E6.step"), rel=1e-5)
    assert [row.verdict for row in rows(back)] == [row.verdict for row in rows(ledger)]


@pytest.mark.parametrize(
    "broken",
    [
        [],
        {},
        {"tests": {}},
        {"tests": {"E1": {}}, "provenance": {}},
        {"tests": {"E1": {"seeds": [0], "seconds": 1, "effects": {"E1.x": [1, 2]}}}, "provenance": {}},
        {"tests": {"E1": {"seeds": [0], "seconds": 1, "effects": {"E2.x": [1]}}}, "provenance": {}},
    ],
)
def test_a_file_of_somebody_else_is_refused(broken: object, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ledger"):
        ledger_from_dict(broken)
    path = tmp_path / "claims.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="is not a bnviz ledger"):
        load_ledger(path)


def test_what_the_words_say_of_the_recording_is_so() -> None:
    assert max(recorded().values("E4.tiny")) <= 0  # "in no recorded seed"
    assert min(recorded().values("E4.rate")) > 1
    angles = recorded().values("E13.angle")
    assert min(angles) < 1  # "not reliably smaller with BN"


def test_bad_requests_are_refused() -> None:
    with pytest.raises(InputError, match="the test must be one of"):
        run_test("E99", (0,))
    with pytest.raises(InputError, match="seeds are accepted"):
        run_test("E2", ())


def test_the_recording_holds_every_test_and_question_from_three_seeds() -> None:
    ledger = recorded()
    assert set(ledger.tests) == set(TRIALS)
    for name in QUESTIONS:
        assert len(ledger.values(name)) == 3, name
    assert json.loads(FILE.read_text(encoding="utf-8")) == ledger_to_dict(ledger)
    for name, wanted in KNOWN.items():
        assert answer(QUESTIONS[name], ledger.values(name)) == wanted
