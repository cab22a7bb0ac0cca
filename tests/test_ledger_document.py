"""docs/claims.md says what the recording says."""

from __future__ import annotations

import re
from pathlib import Path

from bnviz.experiments.claims import TRIALS, counts, recorded, rows

TEXT = (Path(__file__).resolve().parents[1] / "docs" / "claims.md").read_text(encoding="utf-8")
ORDER = ("confirmed", "not_confirmed", "contradicted", "untestable")


def test_the_table_is_that_of_the_recording() -> None:
    table = {
        name: [int(cell) for cell in cells.split("|")]
        for name, cells in re.findall(r"^\| (S\d|all) \|([\d |]+)\|$", TEXT, re.M)
    }
    wanted = {
        notes: [*(found[name] for name in ORDER), sum(found.values())]
        for notes, found in counts(rows(recorded())).items()
    }
    assert table == wanted
    assert f"The {len(TRIALS)} tests" in TEXT


def test_the_disagreements_are_those_of_the_recording() -> None:
    found = rows(recorded())
    assert not [row for row in found if row.claim.standing == "W" and row.verdict == "confirmed"]
    disputed = [row.claim.id for row in found if row.claim.standing == "C" and row.verdict == "contradicted"]
    assert disputed == ["S0.14", "S1.20"]
    assert all(name in TEXT for name in disputed)
    ledger = recorded()
    assert max(ledger.values("E11.gap")) < 0
    assert max(ledger.values("E11.test")) < 0
