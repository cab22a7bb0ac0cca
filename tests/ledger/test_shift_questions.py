"""Questions about covariate shift: both phases are reached, and the numbers are those of the page "Why it works"."""

from __future__ import annotations

import numpy as np
import pytest

from bnviz.chapters.why.findings import ArmComparison, change
from bnviz.chapters.why.phases import pairs
from bnviz.chapters.why.recipes import recorded
from bnviz.chapters.why.study import ShiftStudy, shift_study
from bnviz.config import PRESETS
from bnviz.ledger.measurements import figure1

QUESTIONS = {
    "E13.displacement": "l2",
    "E13.relative": "relative",
    "E13.angle": "angle",
    "E1.update_drift": "jump",
    "E1.batch_drift": "batch_jump",
    "E1.drift": "drift",
}


def recorded_seed(moments: slice = slice(None)) -> ShiftStudy:
    """Seed 0 of the recording, at some of its moments."""
    study = recorded().studies["figure1"]
    values = {name: each[:, :1, moments] for name, each in study.values.items()}
    return ShiftStudy(study.scene, study.lr, study.arms, (0,), study.steps[moments], values)


def test_a_good_part_of_the_moments_lies_in_each_phase() -> None:
    """The former moments ended at update 400, so that almost all lay on the plateau of the net without BN."""
    study = recorded_seed()
    assert study.steps == figure1._WHOLE
    before, after = (pairs(study, "batch", "none", phase)[0] for phase in ("before", "after"))
    assert min(len(before), len(after)) >= 5
    assert sum(study.steps[step] >= 900 for step, _ in after) >= 4


def test_the_numbers_of_the_ledger_are_those_of_the_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    """At every fourth moment; that the moments are the same is held above."""
    part = recorded_seed(slice(0, None, 4))
    run = shift_study(PRESETS["figure1"], ("none", "batch"), (0,), part.steps)
    monkeypatch.setattr(figure1, "_whole_runs", lambda seed: run)
    for quantity in QUESTIONS.values():
        for phase in ("before", "after"):
            expected = change(part, ArmComparison(quantity, "none", "batch", phase=phase))[0]
            np.testing.assert_allclose(figure1._in_phase(0, quantity, phase), expected, rtol=5e-3)


def test_every_question_has_its_quantity() -> None:
    asked = {question.name for test in figure1.TESTS for question in test.questions}
    assert {f"{name}_{phase}" for name in QUESTIONS for phase in ("before", "after")} <= asked
