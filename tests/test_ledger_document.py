"""docs/claims.md says what the recording says."""

from __future__ import annotations

import re

from bnviz.cli.claims_document import DOC, ORDER, page, rows
from bnviz.ledger import JudgedClaim, counts, judge_claims, recorded

TEXT = DOC.read_text(encoding="utf-8")


def test_the_page_is_up_to_date() -> None:
    assert page() == TEXT, "python -m bnviz record claims-doc"


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


def test_the_answer_to_the_opposite_of_a_statement_is_reversed() -> None:
    by_id = {row.claim.id: row for row in judge_claims(recorded())}
    found = dict(line.split(": ", 1) for row in (by_id["S0.11"], by_id["S4.8"]) for line in _answers(row))
    assert found["E16.relu_gradient_ratio"].endswith("| fails |")  # its statement holds
    assert found["E20.brightness_cost"].endswith("| open |")


def _answers(row: JudgedClaim) -> list[str]:
    return [line.split("the opposite of ")[1] for line in rows([row]) if "the opposite of " in line]


def test_withdrawn_tests_that_the_page_names_have_none() -> None:
    tests = {row.claim.id: row.claim.tests for row in judge_claims(recorded())}
    after = TEXT.partition("would need a control that is not here")[2]
    named = re.findall(r"S\d\.\d+", after)
    assert len(named) >= 12
    assert all(not tests[name] for name in named)


def test_no_claim_about_shift_is_confirmed_in_one_phase_only() -> None:
    for row in judge_claims(recorded()):
        asked = {link.removeprefix("-") for link in row.claim.tests}
        for name in asked:
            if name.endswith("_before"):
                assert name.replace("_before", "_after") in asked, row.claim.id
