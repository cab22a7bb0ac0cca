"""The overfitting study of the chapter: the full form that is recorded, and a small one to run live."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from bnviz.chapters.regularization.overfit import ARMS, overfit_study, study_from_dict
from bnviz.chapters.regularization.results import OverfitStudy, RecordedStudy
from bnviz.config import InputError
from bnviz.progress import ProgressCallback, no_progress
from bnviz.studies.rule import RECORDED_SEEDS

FILE = Path(__file__).resolve().parents[3] / "assets" / "recordings" / "regularization.json"
SEEDS, STEPS, EVALUATIONS = tuple(range(RECORDED_SEEDS)), 1500, 15
LIVE_STEPS, LIVE_EVALUATIONS, LIVE_ARMS = 300, 3, 4


def full_study(
    on_progress: ProgressCallback = no_progress, seeds: tuple[int, ...] = SEEDS, n_steps: int = STEPS
) -> OverfitStudy:
    """Run every arm from every seed: the study that is shipped as a recording."""
    return overfit_study(tuple(ARMS), seeds, n_steps, n_evaluations=EVALUATIONS, on_progress=on_progress)


def live_study(arms: tuple[str, ...], seed: int, on_progress: ProgressCallback = no_progress) -> OverfitStudy:
    """Run at most four arms from one seed for a fifth of the steps.

    Raises:
        InputError: no arm, an unknown one, or more than four.
    """
    if not 1 <= len(arms) <= LIVE_ARMS or not set(arms) <= set(ARMS):
        raise InputError(f"choose 1 to {LIVE_ARMS} of {', '.join(ARMS)}, got {', '.join(arms) or 'none'}")
    return overfit_study(arms, (seed,), LIVE_STEPS, n_evaluations=LIVE_EVALUATIONS, on_step=on_progress)


@lru_cache(maxsize=1)
def recorded_study() -> RecordedStudy:
    """Read the recorded study; raises InputError when the file holds no such study."""
    try:
        data = json.loads(FILE.read_text(encoding="utf-8"))
        return RecordedStudy(study_from_dict(data["study"]), dict(data["provenance"]))
    except (OSError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{FILE.name} is not a bnviz study") from error
