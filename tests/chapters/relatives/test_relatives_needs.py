"""What each normalizer needs, against what its definition says; and the small comparison."""

from __future__ import annotations

import pytest

from bnviz.chapters.relatives.live_study import CHOICES, STEPS, run_live, small_study
from bnviz.chapters.relatives.needs import needs
from bnviz.config import NORMS, InputError

WITHIN = {"none", "layer", "group", "instance", "weight", "weight_group"}
"""These use no other samples, so they keep no running statistics."""
CONSTANT = {"dataset", "cumulative"}
"""These normalize alike in training and evaluation, by their running statistics."""


@pytest.mark.parametrize("norm", NORMS)
def test_needs_follow_from_the_definition(norm: str) -> None:
    found = needs(norm)
    assert found.running == (norm not in WITHIN)
    assert found.differs == (norm not in WITHIN | CONSTANT)
    assert found.companions == (norm not in WITHIN | {"dataset"})


def test_needs_do_not_depend_on_the_draw() -> None:
    assert needs("batch", 0) == needs("batch", 1)


def test_the_small_comparison_trains_every_norm_from_one_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bnviz.chapters.relatives.live_study.STEPS", 8)
    told: list[tuple[int, int]] = []
    result = run_live(("none", "batch"), lambda done, total: told.append((done, total)))
    assert told == [(step, 16) for step in range(1, 17)]
    assert [arm.name for arm in result.arms] == ["none", "batch"]
    assert [unit.steps[-1] for unit in result.units] == [8, 8]
    assert result.of("none")[0].train_loss[0] != result.of("batch")[0].train_loss[0]
    assert STEPS >= 100


def test_what_is_refused() -> None:
    for norms in ((), ("instance",), ("batch", "batch"), CHOICES[:7]):
        with pytest.raises(InputError, match="choose 1 to 6"):
            small_study(norms)
