"""The last word: what ``bnviz.diagnose`` finds in a patient's net, which it sees as any other model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

import torch
from torch import nn

from bnviz.chapters.clinic.case import Case
from bnviz.chapters.clinic.nets import generator_for, norms
from bnviz.chapters.clinic.patients import PATIENTS
from bnviz.chapters.clinic.recorded import brought_in, student_of
from bnviz.chapters.clinic.train import together
from bnviz.chapters.clinic.worlds import TRAINED_EPS
from bnviz.diagnosis.diagnose import diagnose
from bnviz.diagnosis.diagnosis import Diagnosis
from bnviz.diagnosis.finding import Finding
from bnviz.text.catalogue import translate

BATCHES, SIZE = 8, 64
SAID = 2
"""Faults that are shown, the most costly first; each with its most costly finding, and the layers of the others."""


class EachApart(nn.Module):
    """A step as the patient with two kinds of data makes it: the halves of a batch, each forwarded on its own."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net = net
        self.train(net.training)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the logits of both halves, (B, 10)."""
        return torch.cat([self.net(half) for half in x.chunk(2)])


@lru_cache(maxsize=len(PATIENTS))
def last_word(name: str) -> Diagnosis:
    """Diagnose a patient as it was brought in, with test images in random order, in batches as it was trained with."""
    case = brought_in(name)
    net = EachApart(case.net) if case.apart else case.net
    # A net with so few images per batch comes from the middle of its training, with its optimizer.
    optimizer = torch.optim.Adam(net.parameters()) if case.batch < SIZE // 8 else None
    batches = max(BATCHES, BATCHES * 8 // case.batch)
    return diagnose(net, list(_loader(case)), batches=batches, optimizer=optimizer, reference=_reference(name, case))


def _loader(case: Case) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield batches; where two kinds of data are served, each half of a batch is of one kind."""
    size = min(SIZE, case.batch)
    orders = [torch.randperm(len(y), generator=generator_for(1)) for _, y in case.test]
    for at in range(0, size * max(BATCHES, BATCHES * 8 // case.batch), size):
        parts = [
            (x[rows[at : at + size]], y[rows[at : at + size]]) for (x, y), rows in zip(case.test, orders, strict=True)
        ]
        yield together(tuple(parts))


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


def titled(finding: Finding, language: str) -> str:
    """Return the title of a finding with its accuracies as percentages, as everywhere in the clinic."""
    if finding.effect is None or finding.effect.metric != "accuracy":
        return finding.worded("title", language)
    shares = {"before": finding.effect.before, "after": finding.effect.after}
    told = finding.effect_places(language) | {name: f"{100 * share:.1f}\u202f%" for name, share in shares.items()}
    return replace(finding, effect=None).worded("title", language) + translate("diagnosis.effect", language, **told)


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
                "title": titled(first, language),
                **{part: first.worded(part, language) for part in ("why", "cure")},
            }
            for code, (first, *others) in list(by_code.items())[:SAID]
        ],
    }
