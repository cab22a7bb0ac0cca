"""Two arms at equal progress: before and after both have passed half of their final accuracy, or at equal loss.

A net that has not begun to learn stands on a plateau, where everything is small. A mean over a run that is partly spent
there says how long the plateau lasted, so the phases are kept apart.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from bnviz.array_types import Floats
from bnviz.chapters.why.study import ShiftStudy

Phase = Literal["", "before", "after", "matched"]
"""The whole run; before and after both arms have passed half of their final accuracy; at equal training loss."""
PHASES: tuple[Phase, ...] = ("before", "after", "matched")

LEVELS = 2.0 * 0.7 ** np.arange(16)
"""Training losses at which two arms are compared; 2.30 is chance for ten classes."""

Pairs = list[tuple[int, int]]
"""Measured steps of the arm and of its reference that are compared, as indices."""


def passed_half(study: ShiftStudy, arm: str) -> list[int | None]:
    """Return the first measured step of each seed, as an index, with half of the last accuracy; None if it diverged."""
    return [_first(row >= row[-1] / 2) if np.isfinite(row[-1]) else None for row in study.of(arm, "accuracy")]


def both_passed(study: ShiftStudy, arm: str, reference: str) -> list[int | None]:
    """Return the first measured step of each seed, as an index, by which both arms have passed half."""
    found = zip(passed_half(study, arm), passed_half(study, reference), strict=True)
    return [None if ours is None or theirs is None else max(ours, theirs) for ours, theirs in found]


def pairs(study: ShiftStudy, arm: str, reference: str, phase: Phase) -> list[Pairs]:
    """Return the measured steps that are compared, for each seed; none where the phase is not defined.

    - "": every step with itself
    - "before", "after": the steps before ``both_passed``, and from it on
    - "matched": for each of ``LEVELS`` the first step of each arm with a training loss as low, where both have one
    """
    steps = range(len(study.steps))
    if not phase:
        return [[(step, step) for step in steps] for _ in study.seeds]
    if phase == "matched":
        losses = (study.of(one, "train_loss") for one in (arm, reference))
        return [_at_levels(ours, theirs) for ours, theirs in zip(*losses, strict=True)]
    found = []
    for moment in both_passed(study, arm, reference):
        inside = () if moment is None else steps[:moment] if phase == "before" else steps[moment:]
        found.append([(step, step) for step in inside])
    return found


def _at_levels(ours: Floats, theirs: Floats) -> Pairs:
    found = []
    for level in LEVELS:
        pair = _first(ours <= level), _first(theirs <= level)
        if pair[0] is not None and pair[1] is not None:
            found.append((pair[0], pair[1]))
    return found


def _first(holds: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> int | None:
    return int(holds.argmax()) if holds.any() else None
