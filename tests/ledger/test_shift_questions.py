"""Questions about covariate shift: both phases are reached, and the numbers are those of the page "Why it works"."""

from __future__ import annotations

import numpy as np
import pytest

from bnviz.chapters.why.findings import ArmComparison, change
from bnviz.chapters.why.phases import pairs
from bnviz.chapters.why.recipes import recorded
from bnviz.chapters.why.study import ShiftStudy
from bnviz.ledger.measurements import figure1

QUESTIONS = {
    "E13.displacement": "l2",
    "E13.relative": "relative",
    "E13.angle": "angle",
    "E1.update_drift": "jump",
    "E1.batch_drift": "batch_jump",
    "E1.drift": "drift",
}


@pytest.fixture(scope="module")
def recorded_part() -> ShiftStudy:
    """Seed 0 of the recording; the ledger looks at the same moments."""
    study = recorded().studies["figure1"]
    assert study.steps == figure1._WHOLE
    values = {name: each[:, :1] for name, each in study.values.items()}
    return ShiftStudy(study.scene, study.lr, study.arms, (0,), figure1._WHOLE, values)


def test_a_good_part_of_the_moments_lies_in_each_phase(recorded_part: ShiftStudy) -> None:
    """The former moments ended at update 400, so that almost all lay on the plateau of the net without BN."""
    before, after = (pairs(recorded_part, "batch", "none", phase)[0] for phase in ("before", "after"))
    assert min(len(before), len(after)) >= 5
    assert sum(figure1._WHOLE[step] >= 900 for step, _ in after) >= 4


def test_the_numbers_of_the_ledger_are_those_of_the_recording(recorded_part: ShiftStudy) -> None:
    for quantity in QUESTIONS.values():
        for phase in ("before", "after"):
            expected = change(recorded_part, ArmComparison(quantity, "none", "batch", phase=phase))[0]
            np.testing.assert_allclose(figure1._in_phase(0, quantity, phase), expected, rtol=5e-3)


def test_every_question_has_its_quantity() -> None:
    asked = {question.name for test in figure1.TESTS for question in test.questions}
    assert {f"{name}_{phase}" for name in QUESTIONS for phase in ("before", "after")} <= asked
