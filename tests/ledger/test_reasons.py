"""Every test of the ledger says why it is one and what it cannot show; every limit says why it is what it is."""

from __future__ import annotations

import pytest

from bnviz.ledger import QUESTIONS, TESTS, claims, effect_of, misconceptions, recorded
from bnviz.ledger.limits import REASONS
from bnviz.ledger.reasons import has_own_limit, limit_words, reasons
from bnviz.text.catalogue import catalogue

LANGS = pytest.mark.parametrize("lang", ["en", "zh"])


@LANGS
@pytest.mark.parametrize("test", TESTS)
def test_every_test_says_why_it_is_one_and_what_it_cannot_show(test: str, lang: str) -> None:
    for each in TESTS[test].questions:
        (found,) = reasons([each.name], lang=lang)
        assert found.test == test
        assert found.why.endswith((".", "。")), found.why
        assert found.cannot.endswith((".", "。")), found.cannot


@LANGS
@pytest.mark.parametrize("name", QUESTIONS)
def test_every_limit_has_a_reason(name: str, lang: str) -> None:
    assert limit_words(QUESTIONS[name], lang).endswith((".", "。"))


def test_words_of_a_claim_come_before_those_of_a_question_and_these_before_the_tests() -> None:
    whole, own = reasons(["E22.standardized_speedup", "-E22.correlation_change", "E22.whitened_speedup"])
    assert (whole.test, own.test) == ("E22", "E22")
    assert whole.why == catalogue()["claims.test.E22.why"]
    assert own.cannot == catalogue()["claims.test.E22.correlation_change.cannot"]
    of_claims = {key.split(".")[2] for key in catalogue() if key.startswith("claims.of.")}
    for name in of_claims:
        (claim,) = (each for each in claims() if each.id == name.replace("_", "."))
        said = {each.why for each in reasons(claim.tests, claim.id)} - {each.why for each in reasons(claim.tests)}
        assert said, name


@LANGS
def test_no_reason_is_left_over(lang: str) -> None:
    kept = {f"claims.test.{test}" for test in TESTS} | {f"claims.test.{name}" for name in QUESTIONS}
    found = {key.rsplit(".", 1)[0] for key in catalogue(lang) if key.startswith("claims.test.")}
    assert found <= kept


@LANGS
def test_every_reason_of_a_limit_is_used(lang: str) -> None:
    said = {key.removeprefix("claims.limit.") for key in catalogue(lang) if key.startswith("claims.limit.")}
    assert {*REASONS.values(), "direction", "count", "rounding"} == said
    assert any(has_own_limit(each) for each in QUESTIONS.values())


def test_every_row_that_is_tested_has_reasons() -> None:
    for tests in [*(each.tests for each in claims()), *(each.tests for each in misconceptions())]:
        assert bool(reasons(tests)) == bool(tests)


def test_what_the_reasons_say_of_the_recording_is_so() -> None:
    # docs/rule.md: numbers on a coarse scale, and the limit that was moved
    assert set(recorded().values("E5.learnable_scales_gained")) == {3}
    assert set(recorded().values("E4.largest_rate_ratio")) == {5, 25}
    gaps = recorded().values("E9.running_mean_gap")
    said = limit_words(QUESTIONS["E9.running_mean_gap"])
    assert f"{100 * min(gaps):.1f} to {100 * max(gaps):.1f} %" in said
    assert min(gaps) > 0.01  # "at 1 % ... the sentence fails"
    # S0.1: "over 100 updates they move less only at first"
    drifts = [effect_of(recorded(), f"E1.drift_{phase}") for phase in ("before", "after")]
    assert [each and each.answer for each in drifts] == ["yes", "open"]
    # S0.1: "from one batch to the next ... they move more with BN"
    found = [effect_of(recorded(), f"E1.batch_drift_{phase}") for phase in ("before", "after")]
    assert all(each is not None and each.high < 1 for each in found)
