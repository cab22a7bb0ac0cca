"""What the picture of the chapter shows: how one unit sees 4,000 digits, and the recorded study of overfitting."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any

import numpy as np

from bnviz.chapters.regularization.jitter import digit, pre_activations
from bnviz.chapters.regularization.recipes import recorded_study
from bnviz.chapters.regularization.results import Said
from bnviz.chapters.regularization.summary import matched, summarize

SEED, UNIT, DIGIT = 0, 4, 3
"""Seed of the untrained net, the unit on show, and the training digit that is followed."""


@lru_cache(maxsize=1)
def stage_data() -> dict[str, Any]:
    """Return the unit's pre-activations of all training digits, one digit's picture, and the study by arm and seed.

    Pre-activations are half-precision floats, little-endian, in base64; the picture is rows of 0 to 9.
    """
    values = pre_activations(SEED)[:, UNIT].astype("<f2")
    picture, label = digit(DIGIT)
    study = recorded_study().study
    return {
        "values": base64.b64encode(values.tobytes()).decode("ascii"),
        "seed": SEED,
        "unit": UNIT + 1,
        "digit": DIGIT,
        "label": label,
        "picture": ["".join(map(str, row)) for row in np.rint(9 * picture).astype(int).tolist()],
        "study": {
            "arms": list(study.arms),
            "seeds": list(study.seeds),
            "steps": list(study.steps),
            "samples": study.n_samples,
            "accuracy": np.round(100 * study.metric("test_accuracy"), 1).tolist(),
            "loss": np.round(study.metric("test_loss"), 3).tolist(),
            "said": {arm.arm: _plain(arm.said) for arm in summarize(study)},
            "matched": {arm: _plain(accuracy) for arm, (accuracy, _) in matched(study).items()},
        },
    }


def _plain(found: Said) -> dict[str, Any]:
    return {**{name: round(getattr(found, name), 4) for name in ("mean", "low", "high")}, "answer": found.answer}
