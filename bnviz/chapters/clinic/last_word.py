"""The last word: what ``bnviz.diagnose`` finds in a patient's net, which it sees as any other model."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import torch
from torch import nn

from bnviz.chapters.clinic.case import Case
from bnviz.chapters.clinic.nets import generator_for, norms
from bnviz.chapters.clinic.patients import PATIENTS
from bnviz.chapters.clinic.recorded import brought_in, student_of
from bnviz.chapters.clinic.worlds import TRAINED_EPS
from bnviz.diagnosis.diagnose import diagnose
from bnviz.diagnosis.diagnosis import Diagnosis
from bnviz.diagnosis.finding import Finding

BATCHES, SIZE = 8, 64
SAID = 2
"""Faults that are shown, the most costly first; each with its most costly finding, and the layers of the others."""


@lru_cache(maxsize=len(PATIENTS))
def last_word(name: str) -> Diagnosis:
    """Diagnose a patient as it was brought in, with test images in random order."""
    case = brought_in(name)
    return diagnose(case.net, list(_loader(case)), batches=BATCHES, reference=_reference(name, case))


def _loader(case: Case) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield batches; where two kinds of data are served, each batch is of one kind, in turn."""
    orders = [torch.randperm(len(y), generator=generator_for(1)) for _, y in case.test]
    for number in range(BATCHES):
        turn, place = number % len(case.test), number // len(case.test)
        x, y = case.test[turn]
        rows = orders[turn][place * SIZE : (place + 1) * SIZE]
        yield x[rows], y[rows]


def _reference(name: str, case: Case) -> nn.Module | None:
    """Return a net that is right, where a user would have one: the student, or the original of a ported net."""
    if name == "teacher":
        return student_of(name)
    if name == "eps":
        original = brought_in(name).net
        for norm in norms(original):
            norm.eps = TRAINED_EPS
        return original
    return None


def plain_diagnosis(name: str, language: str) -> dict[str, Any]:
    """Return the last word on a patient in a language, word for word."""
    found = last_word(name)
    by_code: dict[str, list[Finding]] = {}
    for finding in found.serious:
        by_code.setdefault(finding.code, []).append(finding)
    return {
        "patient": name,
        "layers": len(found.layers),
        "more": sum(map(len, list(by_code.values())[SAID:])),
        "findings": [
            {
                "code": code,
                "severity": first.severity,
                "also": [each.layer for each in others],
                **{part: first.worded(part, language) for part in ("title", "why", "cure")},
            }
            for code, (first, *others) in list(by_code.items())[:SAID]
        ],
    }
