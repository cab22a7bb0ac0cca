"""``python -m bnviz experiment run words``: its table, its JSON, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bnviz.cli import words
from bnviz.cli.main import BAD_INPUT, FAILED, GOOD, main
from bnviz.words.sentence import Check, each, said

MADE = Check("made", lambda seed, share: {"gap": float(seed)}, (said("scene.moons.why", "a | gap", each("gap", 0, 2)),))


@pytest.fixture(autouse=True)
def one_check(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("bnviz.words.run", "bnviz.words.rows"):
        monkeypatch.setattr(f"{place}.CHECKS", {"made": MADE})
    monkeypatch.setattr("bnviz.words.run._CODE", {"made": "0"})


def test_the_table_has_the_limits_the_numbers_and_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["experiment", "run", "words", "--seeds", "1-2"]) == GOOD
    shown = capsys.readouterr().out
    assert "| scene.moons.why | a \\| gap | gap of each seed from 0 to 2 | 1 2 | yes |" in shown
    assert "1 sentences, 0 do not hold" in shown


def test_a_sentence_that_does_not_hold_makes_the_command_fail(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    table = tmp_path / "words.md"
    assert (
        main(["experiment", "run", "words", "--seeds", "1,9", "--only", "made", "--json", "--out", str(table)])
        == FAILED
    )
    found = json.loads(capsys.readouterr().out)
    assert (found["seeds"], found["not_held"]) == ([1, 9], 1)
    assert found["sentences"][0]["limits"] == [{"name": "gap", "of": "each", "low": 0, "high": 2, "values": [1.0, 9.0]}]
    assert "| NO |" in table.read_text(encoding="utf-8")


def test_a_number_that_is_missing_is_null(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = Check("made", lambda seed, share: {"gap": float("nan")}, MADE.sentences)
    for place in ("bnviz.words.run", "bnviz.words.rows"):
        monkeypatch.setattr(f"{place}.CHECKS", {"made": nothing})
    assert main(["experiment", "run", "words", "--seeds", "1", "--json"]) == FAILED
    assert json.loads(capsys.readouterr().out)["measured"] == {"made": [{"gap": None}]}


@pytest.mark.parametrize(
    "options", [["--seeds", "x"], ["--seeds", "9-1"], ["--steps", "5"], ["--only", "nothing"], ["--dataset", "moons"]]
)
def test_wrong_options_are_refused(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["experiment", "run", "words", *options]) == BAD_INPUT
    assert "Traceback" not in capsys.readouterr().err


def test_seeds_are_a_number_a_range_or_a_list() -> None:
    assert words.seeds_of("3") == (0, 1, 2)
    assert words.seeds_of("31-33") == (31, 32, 33)
    assert words.seeds_of("4,7") == (4, 7)


@pytest.mark.parametrize("options", [["--only", "made"], ["--seeds", "31-35"]])
def test_a_study_takes_no_options_of_words(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["experiment", "run", "figure1", *options]) == BAD_INPUT
    assert "bnviz:" in capsys.readouterr().err
