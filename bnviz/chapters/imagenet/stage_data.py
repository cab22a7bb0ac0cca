"""What the picture shows: the printed numbers of Figure 3 and 4.2.2, and our recorded runs of the list of 4.2.1."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any

from bnviz.chapters.imagenet.ours import added
from bnviz.chapters.imagenet.published import CHANGES, THRESHOLD, VARIANTS, Change
from bnviz.config import InputError
from bnviz.studies import RECORDINGS
from bnviz.studies.files import load_study
from bnviz.studies.records import Expectation, StudyResult
from bnviz.studies.verdicts import judge

STUDY = "accelerate"
"""The recorded study that adds the paper's changes one by one."""


def stage_data() -> dict[str, Any]:
    """Return the rows of Figure 3 and the recorded study as plain values; what the paper leaves blank is None."""
    runners = [
        {
            "key": row.key,
            "name": row.name,
            "steps": row.steps.value,
            "accuracy": row.accuracy.known,
            "rate": row.lr.known,
            "bestSteps": row.best_steps.value,
        }
        for row in VARIANTS
    ]
    return {"threshold": THRESHOLD, "runners": runners, **changes(_recorded())}


def changes(study: StudyResult | None) -> dict[str, Any]:
    """Return the list of section 4.2.1 with what a study measured of it.

    Returns:
        "measured": steps, seeds, sizes of the data, and the test accuracy after the last step, in percent, by arm and
        seed; None without a study. "changes": one entry per change, in the paper's order: its key, the place of its
        arm, and the mean difference to the arm before it in points with its interval and the verdict of ``judge``;
        None where no arm adds this change alone.
    """
    measured = None
    if study is not None:
        accuracy = [[_percent(unit.final_test_accuracy) for unit in study.of(arm.name)] for arm in study.arms]
        measured = {
            "steps": study.steps,
            "seeds": len(study.seeds),
            "images": study.provenance["n_train"],
            "tested": study.provenance["n_test"],
            "accuracy": accuracy,
        }
    return {"measured": measured, "changes": [_change(study, change) for change in CHANGES]}


def _change(study: StudyResult | None, change: Change) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(("key", "place", "difference", "low", "high", "verdict"))
    found["key"] = change.key
    if study is None:
        return found
    names = [arm.name for arm in study.arms]
    adds = added(study)
    for before, arm in pairwise(names):
        if [field for field, _ in adds[arm]] == [change.field]:
            verdict = judge(study, Expectation(arm, before))
            found |= {
                "place": names.index(arm),
                "difference": _percent(verdict.difference),
                "low": _percent(verdict.low),
                "high": _percent(verdict.high),
                "verdict": verdict.verdict,
            }
    return found


def _percent(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 2)


@lru_cache(maxsize=1)
def _recorded() -> StudyResult | None:
    try:
        return load_study(RECORDINGS / f"{STUDY}.json")
    except (OSError, InputError):
        return None
