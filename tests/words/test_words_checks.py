"""The checks of measured sentences: they quote what the app says, they run, and limits mean what they say."""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path

import pytest

from bnviz.config import InputError
from bnviz.text.catalogue import catalogue
from bnviz.words import CHECKS, rows_of, run_checks
from bnviz.words.sentence import Bound, Check, Measured, Sentence, each, mean, said

TINY = 0.01
"""The share of the updates that is enough to see that a check runs."""

SENTENCES = [(check, sentence) for check in CHECKS.values() for sentence in check.sentences]
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def numbers(text: str) -> set[str]:
    return {found.replace(",", "") for found in NUMBER.findall(text)}


@pytest.mark.parametrize(("check", "sentence"), SENTENCES, ids=[f"{c.name}-{s.quote[:30]}" for c, s in SENTENCES])
def test_the_app_says_what_is_checked(check: Check, sentence: Sentence) -> None:
    assert sentence.quote in catalogue()[sentence.key], "the sentence was rewritten: measure it again"
    assert sentence.bounds, "a sentence without a limit cannot fail"
    chinese = catalogue("zh")[sentence.key]
    assert numbers(sentence.quote) <= numbers(chinese), "the Chinese sentence has other numbers"


@cache
def tried(name: str) -> Measured:
    """What a check measures in a tiny form from one seed."""
    (found,) = run_checks([name], [31], share=TINY)[name]
    return found


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_runs_and_measures_what_its_sentences_need(name: str) -> None:
    found = tried(name)
    assert {bound.name for sentence in CHECKS[name].sentences for bound in sentence.bounds} <= set(found)
    assert all(isinstance(value, float) for value in found.values())


OF_SEEDS = [(check, sentence) for check, sentence in SENTENCES if "nearly every seed" in sentence.quote]


@pytest.mark.parametrize(("check", "sentence"), OF_SEEDS, ids=[check.name for check, _ in OF_SEEDS])
def test_what_nearly_every_seed_does_is_counted_and_not_averaged(check: Check, sentence: Sentence) -> None:
    """A mean of ratios can be above 1 because of a single seed; a share of seeds cannot."""
    found = tried(check.name)
    for bound in sentence.bounds:
        assert bound.of == "mean"
        assert 0.8 <= bound.low < 1, "a limit of 1 is one of ratios"
        assert 0 <= found[bound.name] <= 1


def test_a_limit_is_of_each_seed_or_of_the_mean() -> None:
    values = (1.0, 2.0, 6.0)
    assert each("x", 1, 6).holds(values)
    assert not each("x", 1, 5.9).holds(values)
    assert mean("x", 2.9, 3.1).holds(values)
    assert not mean("x", high=2.9).holds(values)


@pytest.mark.parametrize("bound", [each("x"), mean("x", 0, 1)])
def test_a_number_that_is_missing_holds_nothing(bound: Bound) -> None:
    assert not bound.holds((math.nan, 0.5))
    assert not bound.holds(())


def test_a_row_says_whether_its_sentence_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    quoted = (said("a", "at most 2", each("x", high=2)), said("a", "on average 2", mean("x", 1.9, 2.1)))
    monkeypatch.setattr("bnviz.words.rows.CHECKS", {"made": Check("made", lambda seed, share: {}, quoted)})
    first, second = rows_of({"made": [{"x": 1.0}, {"x": 3.0}]})
    assert (first.holds, second.holds) == (False, True)
    assert first.values[0][1] == (1.0, 3.0)


def test_what_is_finished_is_kept_and_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = run_checks(["moons"], [1, 2], share=TINY, folder=tmp_path)

    def fail(job: object) -> None:
        raise AssertionError(job)

    monkeypatch.setattr("bnviz.words.run._run", fail)
    assert run_checks(["moons"], [2, 1], share=TINY, folder=tmp_path)["moons"] == before["moons"][::-1]


def test_two_processes_measure_the_same_numbers() -> None:
    one = run_checks(["moons", "depth"], [3], share=TINY)
    assert run_checks(["moons", "depth"], [3], share=TINY, workers=2) == one


@pytest.mark.parametrize(("names", "seeds", "workers"), [(["nothing"], [0], 1), (["moons"], [], 1), ([], [0], 0)])
def test_wrong_input_is_refused(names: list[str], seeds: list[int], workers: int) -> None:
    with pytest.raises(InputError):
        run_checks(names, seeds, workers=workers)
