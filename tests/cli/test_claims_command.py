"""``experiment run claims``: what it prints is the ledger."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

import bnviz.ledger as ledger_of
from bnviz.cli import claims
from bnviz.cli.main import main
from bnviz.ledger.records import load_ledger


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Run two cheap tests instead of all."""
    asked, whole = list[int](), ledger_of.run_claims

    def few(seeds: int, on_progress: object = None) -> object:
        asked.append(seeds)
        return whole(seeds, ("E2", "E18"))

    monkeypatch.setattr(ledger_of, "run_claims", few)
    return asked


def asked_for(**changes: object) -> argparse.Namespace:
    return argparse.Namespace(**{"seeds": None, "json": False, "out": None, **changes})


def test_json_says_what_the_rule_gives(quick: list[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "mine.json"
    assert claims.run(asked_for(json=True, out=str(out), seeds=4)) == 0
    told = json.loads(capsys.readouterr().out)
    assert quick == [4]
    assert told["provenance"]["command"].endswith("experiment run claims --seeds 4")
    found = {row["id"]: row for row in told["claims"]}
    assert len(found) == 152 == sum(told["counts"]["all"].values())
    assert found["S0.4"]["verdict"] in ("contradicted", "refuted")
    assert found["S0.4"]["effects"]["E2.distance_from_normal"][3] == "no"
    assert load_ledger(out).tests["E18"].seeds == (0, 1, 2, 3)


def test_words_say_the_counts_and_every_claim(quick: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    assert claims.run(asked_for()) == 0
    lines = capsys.readouterr().out.splitlines()
    assert quick == [10]
    assert lines[5].startswith("all   152 claims: ")
    assert len(lines) == 6 + 152 + 1


def test_the_ledger_is_run_like_any_experiment(quick: list[int], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["experiment", "run", "claims", "--seeds", "3", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["claims"]) == 152
    assert quick == [3]
