"""Which patient of the clinic has a fault, by the fault's code; the tests hold both pages together."""

from __future__ import annotations

from collections.abc import Mapping

from bnviz.diagnosis.finding import Code

PATIENT_OF: Mapping[Code, str] = {
    "not-finite": "nan",
    "never-updated": "blank",
    "training-in-eval": "chatter",
    "other-data": "dummy",
    "stale-statistics": "slow",
    "momentum-convention": "hasty",
    "missing-buffers": "teacher",
    "no-statistics": "untracked",
    "few-values": "pair",
    "called-apart": "domains",
    "wrong-channels": "ported",
    "epsilon-mismatch": "eps",
    "constant-channel": "constant",
    "dropout-before-bn": "dropout",
}


def page_of(code: Code) -> tuple[str, str]:
    """Return the page that shows a fault, "clinic" or "pitfalls", and its address."""
    patient = PATIENT_OF.get(code)
    return ("pitfalls", "pitfalls") if patient is None else ("clinic", f"clinic?patient={patient}")
