"""The claims as data, the tests in their known cases, and the ledger that both make."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bnviz.config import InputError
from bnviz.ledger import (
    FILE,
    NOTES,
    QUESTIONS,
    TESTS,
    VERDICTS,
    answer,
    claims,
    counts,
    crosstab,
    judge_claims,
    misconceptions,
    recorded,
    run_claims,
    run_test,
    with_overrides,
)
from bnviz.ledger.former_names import FORMER_NAMES, WITHDRAWN
from bnviz.ledger.measurements import kept, whitened_net
from bnviz.ledger.records import Ledger, Measured, ledger_from_dict, ledger_to_dict, load_ledger, save_ledger
from bnviz.studies.rule import RECORDED_SEEDS
from bnviz.text.catalogue import translate

IDEAS = {"S0": 24, "S1": 41, "S2": 24, "S3": 21, "S4": 42}
# What theory gives: these answers hold on any machine.
KNOWN = {
    "E2.mean_and_variance_error": "yes",
    "E2.shape_change": "yes",
    "E2.distance_from_normal": "no",
    "E2.share_within_one_sd": "no",
    "E2.share_within_two_sd": "yes",
    "E18.identity_error_std": "yes",
    "E18.identity_error_var": "no",
    "E22.standardized_speedup": "yes",
    "E22.whitened_speedup": "yes",
    "E22.condition_number_error": "no",
    "E22.correlation_change": "yes",
    "E22.gradient_ratio": "yes",
    "E22.distance_from_normal": "no",
    "E23.keras_steadiness_ratio": "yes",
    "E23.torch_steadiness_ratio": "no",
    "E23.settling_time_ratio": "yes",
    "E6.output_change": "yes",
    "E6.weight_gradient_error": "yes",
    "E6.input_gradient_change": "yes",
    "E6.rotation_ratio": "no",
    "E6.radial_gradient": "yes",
    "E7.bias_drift": "yes",
    "E7.loss_change": "yes",
    "E16.sigmoid_gradient_ratio": "yes",
    "E16.sigmoid_gradient_gain": "yes",
    "E16.relu_gradient_ratio": "yes",
    "E16.large_weight_gradient_ratio": "yes",
    "L2.difference_quotient_error": "yes",
    "L2.cosine_formula_error": "yes",
    "L2.steepest_angle_error": "yes",
    "L2.remainder_ratio": "yes",
    "L2.backward_error": "yes",
    "L2.constant_statistics_error": "no",
}


@pytest.fixture(scope="module")
def _one_rate() -> Iterator[None]:
    """The net of E22, of which theory says nothing, is trained at one learning rate and not at the best of four.

    Its inputs are computed once, and its loss of all digits is looked at less often; E16 asks no more
    than 100 updates what training leaves of its gradients, of which theory says nothing either.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whitened_net, "RATES", (2.0,))
        patch.setattr(whitened_net, "EVERY", 30)
        patch.setattr(kept, "LAST", 100)
        patch.setattr(whitened_net, "forms", cache(whitened_net.forms))
        yield


@pytest.fixture(scope="module")
def cheap(_one_rate: None) -> Ledger:
    return run_claims(3, tests=tuple(dict.fromkeys(name.split(".")[0] for name in KNOWN)))


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
    assert {int(name[1:]) for name in TESTS if name[0] == "E"} == set(range(1, 26))
    for name in QUESTIONS:
        for lang in ("en", "zh"):
            assert translate(f"claims.question.{name}", lang)
            assert translate(f"claims.unit.{QUESTIONS[name].unit}", lang)


def test_there_are_ten_misconceptions_and_each_can_be_tested() -> None:
    assert len({each.id for each in misconceptions()}) == 10
    for each in misconceptions():
        assert each.tests
        assert {link.removeprefix("-") for link in each.tests} <= set(QUESTIONS)
        assert set(each.test_ids) <= set(TESTS)


@pytest.mark.parametrize("name", KNOWN)
def test_what_theory_gives_is_found(name: str, cheap: Ledger) -> None:
    assert answer(QUESTIONS[name], cheap.values(name)) == KNOWN[name]


def test_looking_into_layers_finds_what_was_built() -> None:
    found = TESTS["L1"].run(0)
    exact = ("wrong_tensor_count", "wrong_tensor_lengths", "layers_without_norm")
    assert all(found[name] == 0 for name in exact)
    assert found["layers_after_last_norm"] == 1  # the head
    assert found["extra_values_per_mean"] == 32 * 35  # 6 x 6 locations for one
    assert found["unit_length_error"] == pytest.approx(math.sqrt(32) - 1, abs=0.01)  # m values of variance 1
    assert found["running_variance_error"] == pytest.approx(1 / 7, abs=1e-3)
    assert found["gradient_noise_ratio"] == pytest.approx(4, rel=0.5)  # sqrt(256 / 16)


def test_a_run_can_be_repeated(cheap: Ledger) -> None:
    again = run_test("E22", (2,))
    assert again.seeds == (2,)
    assert again.effects == {name: values[2:] for name, values in cheap.tests["E22"].effects.items()}


def test_verdicts_are_made_by_the_rule_from_the_runs(cheap: Ledger) -> None:
    found = {row.claim.id: row for row in judge_claims(cheap)}
    assert found["S0.4"].verdict == "refuted"  # standard normal
    assert found["S0.5"].verdict == "exact"  # the identity can be reached
    assert found["S0.21"].verdict == "refuted"  # gamma = var
    assert found["S0.13"].verdict == "untestable"
    assert found["S0.9"].verdict == "not_run"  # its test was not run
    turned = Measured(
        "E18", (0, 1, 2), {"E18.identity_error_std": (1.0, 1.0, 1.0), "E18.identity_error_var": (0.0, 0.0, 0.0)}, 0.1
    )
    again = {row.claim.id: row.verdict for row in judge_claims(with_overrides(cheap, {"E18": turned}))}
    assert again["S0.5"] == "refuted"
    assert again["S0.21"] == "exact"


def test_counts_add_up(cheap: Ledger) -> None:
    found = judge_claims(cheap)
    made = counts(found)
    assert {notes: sum(each.values()) for notes, each in made.items() if notes != "all"} == IDEAS
    for name in VERDICTS:
        assert made["all"][name] == sum(made[notes][name] for notes in NOTES)
    assert made["all"] == {name: Counter(row.verdict for row in found)[name] for name in VERDICTS}
    assert sum(sum(each.values()) for each in crosstab(found).values()) == len(found)


def test_a_ledger_comes_back_from_its_file(cheap: Ledger, tmp_path: Path) -> None:
    gap = Measured("E4", (0, 1), {"E4.largest_rate_ratio": (math.nan, 2.0)}, 1.0)
    ledger = with_overrides(cheap, {"E4": gap})
    save_ledger(ledger, tmp_path / "claims.json")
    back = load_ledger(tmp_path / "claims.json")
    assert set(back.tests) == set(ledger.tests)
    assert math.isnan(back.values("E4.largest_rate_ratio")[0])
    assert back.values("E6.rotation_ratio") == pytest.approx(cheap.values("E6.rotation_ratio"), rel=1e-5)
    assert [row.verdict for row in judge_claims(back)] == [row.verdict for row in judge_claims(ledger)]


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


def test_files_with_former_names_of_questions_still_open() -> None:
    shipped = load_ledger(Path(__file__).parents[1] / "formats" / "claims-v1.json")
    assert {name for each in shipped.tests.values() for name in each.effects} <= set(QUESTIONS) | WITHDRAWN
    assert not WITHDRAWN & set(QUESTIONS)
    tests = {
        test: {
            "seeds": [0],
            "seconds": 1.0,
            "effects": {old: [2.0] for old in FORMER_NAMES if old.startswith(f"{test}.")},
        }
        for test in TESTS
    }
    ledger = ledger_from_dict({"tests": tests, "provenance": {}})
    assert all(ledger.values(name) == (2.0,) for name in set(FORMER_NAMES.values()))
    withdrawn = {row.claim.id: row.verdict for row in judge_claims(ledger)}
    assert withdrawn["S1.4"] == "not_run"  # what replaced its question was not measured then


def test_what_the_words_say_of_the_recording_is_so() -> None:
    assert max(recorded().values("E4.rates_at_batch_of_two")) <= 0  # "in no recorded seed"
    assert min(recorded().values("E4.largest_rate_ratio")) > 1


def test_bad_requests_are_refused() -> None:
    with pytest.raises(InputError, match="the test must be one of"):
        run_test("E99", (0,))
    with pytest.raises(InputError, match="seeds are accepted"):
        run_test("E2", ())


def test_the_recording_holds_every_test_and_question_from_ten_seeds() -> None:
    ledger = recorded()
    assert set(ledger.tests) == set(TESTS)
    for name in QUESTIONS:
        assert len(ledger.values(name)) == RECORDED_SEEDS, name
    file = json.loads(FILE.read_text(encoding="utf-8"))
    for test in file["tests"].values():  # its questions have former names
        test["effects"] = {FORMER_NAMES.get(name, name): values for name, values in test["effects"].items()}
    assert file == ledger_to_dict(ledger)
    for name, wanted in KNOWN.items():
        assert answer(QUESTIONS[name], ledger.values(name)) == wanted
