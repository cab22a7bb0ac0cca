"""docs/claims.md says what the recording says."""

from __future__ import annotations

import re
from pathlib import Path

from bnviz.ledger import TESTS, counts, judge_claims, recorded

TEXT = (Path(__file__).resolve().parents[1] / "docs" / "claims.md").read_text(encoding="utf-8")
ORDER = ("confirmed", "not_confirmed", "contradicted", "untestable")


def test_the_table_is_that_of_the_recording() -> None:
    table = {
        name: [int(cell) for cell in cells.split("|")]
        for name, cells in re.findall(r"^\| (S\d|all) \|([\d |]+)\|$", TEXT, re.M)
    }
    wanted = {
        notes: [*(found[name] for name in ORDER), sum(found.values())]
        for notes, found in counts(judge_claims(recorded())).items()
    }
    assert table == wanted
    assert f"The {len(TESTS)} tests" in TEXT


def test_the_disagreements_are_those_of_the_recording() -> None:
    found = judge_claims(recorded())
    wrong = [row.claim.id for row in found if row.claim.standing == "W" and row.verdict == "confirmed"]
    assert wrong == ["S4.36"]
    disputed = [row.claim.id for row in found if row.claim.standing == "C" and row.verdict == "contradicted"]
    assert disputed == []
    open_ones = [row.claim.id for row in found if row.verdict == "not_confirmed"]
    assert open_ones == ["S0.3", "S1.5", "S1.20", "S2.4", "S4.1", "S4.8", "S4.21"]
    assert all(name in TEXT for name in (*wrong, *open_ones))
    ledger = recorded()
    assert -0.85 < min(ledger.values("E11.gap_reduction")) <= max(ledger.values("E11.gap_reduction")) < 0
    assert [round(each, 1) for each in sorted(ledger.values("E12.noise_cost"))] == [-0.3, -0.3, 0.5]
