"""What bnviz.diagnose says in the clinic is written as the clinic writes."""

from __future__ import annotations

import pytest

from bnviz.chapters.clinic.last_word import titled
from bnviz.diagnosis.finding import Effect, Finding


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_accuracies_are_percentages(lang: str):
    effect = Effect("accuracy", 0.1, 0.9609, "reestimated")
    finding = Finding("never-updated", "error", "bn1", effect=effect)
    title = titled(finding, lang)
    assert "10.0\u202f%" in title
    assert "96.1\u202f%" in title
    assert ".961" not in title
    assert ".961" in finding.worded("title", lang)


def test_other_metrics_are_left_as_they_are():
    finding = Finding("never-updated", "error", "bn1", effect=Effect("loss", 2.3, 0.5, "reestimated"))
    assert titled(finding, "en") == finding.title
