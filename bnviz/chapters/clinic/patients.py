"""The patients of the clinic: what may be wrong with each, what may be tried, and what is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Degree = Literal["easy", "harder", "hard"]

TOLERANCE = 0.04
"""A net is healed when it serves within so much of its healthy twin."""
ILL = 0.05
"""A patient serves at least so much worse than its healthy twin."""
NOTHING = "nothing"
"""The fault of a net whose BN does what it should."""


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient.

    Attributes:
        name: its name in the address.
        degree: how hard it is to tell.
        faults: what may be wrong, in the order of the page: codes of ``bnviz.diagnose``, or NOTHING.
        fault: what is wrong.
        cures: what may be tried, keys of ``cures.CURES``, in the order of the page.
        cure: what the clinic would do; others of ``cures`` may heal as well.
    """

    name: str
    degree: Degree
    faults: tuple[str, ...]
    fault: str
    cures: tuple[str, ...]
    cure: str


PATIENTS: tuple[Patient, ...] = (
    Patient(
        "nan",
        "easy",
        ("stale-statistics", "not-finite", "never-updated", NOTHING),
        "not-finite",
        ("train-on", "nan-to-zero", "reestimate", "serve-training"),
        "reestimate",
    ),
    Patient(
        "blank",
        "easy",
        ("wrong-channels", "stale-statistics", "training-in-eval", "never-updated"),
        "never-updated",
        ("reset", "reestimate", "eval", "serve-training"),
        "reestimate",
    ),
    Patient(
        "chatter",
        "easy",
        ("training-in-eval", "other-data", "never-updated", NOTHING),
        "training-in-eval",
        ("reestimate", "train-on", "eval", "reset"),
        "eval",
    ),
    Patient(
        "dummy",
        "easy",
        ("never-updated", "other-data", "wrong-channels", "few-values"),
        "other-data",
        ("eval", "reset", "serve-training", "reestimate"),
        "reestimate",
    ),
    Patient(
        "overfit",
        "easy",
        ("stale-statistics", "few-values", NOTHING, "training-in-eval"),
        NOTHING,
        ("more-data", "reestimate", "train-on", "reset"),
        "more-data",
    ),
    Patient(
        "slow",
        "harder",
        ("wrong-channels", "never-updated", "stale-statistics", "other-data"),
        "stale-statistics",
        ("serve-training", "reset", "reestimate", "train-on"),
        "reestimate",
    ),
    Patient(
        "hasty",
        "harder",
        ("momentum-convention", "wrong-channels", "never-updated", NOTHING),
        "momentum-convention",
        ("train-on", "momentum", "larger-eps", "eval"),
        "momentum",
    ),
    Patient(
        "teacher",
        "harder",
        ("wrong-channels", "missing-buffers", "other-data", "training-in-eval"),
        "missing-buffers",
        ("eval", "copy-buffers", "reset", "larger-eps"),
        "copy-buffers",
    ),
    Patient(
        "untracked",
        "harder",
        ("few-values", "never-updated", "no-statistics", "training-in-eval"),
        "no-statistics",
        ("eval", "train-on", "larger-eps", "keep"),
        "keep",
    ),
    Patient(
        "pair",
        "harder",
        ("stale-statistics", "few-values", "momentum-convention", NOTHING),
        "few-values",
        ("reestimate", "bigger-batch", "train-on", "larger-eps"),
        "bigger-batch",
    ),
    Patient(
        "frozen",
        "harder",
        ("stale-statistics", "wrong-channels", "eval-in-training", "training-in-eval"),
        "training-in-eval",
        ("freeze", "restore", "reset", "serve-training"),
        "restore",
    ),
    Patient(
        "domains",
        "hard",
        ("called-apart", "stale-statistics", "other-data", "momentum-convention"),
        "called-apart",
        ("reestimate", "train-on", "separate", "together"),
        "separate",
    ),
    Patient(
        "ported",
        "hard",
        ("other-data", "stale-statistics", "wrong-channels", "epsilon-mismatch"),
        "wrong-channels",
        ("right-eps", "reset", "reestimate", "reorder"),
        "reorder",
    ),
    Patient(
        "eps",
        "hard",
        ("stale-statistics", "epsilon-mismatch", "dead-channel", "other-data"),
        "epsilon-mismatch",
        ("larger-eps", "right-eps", "reset", "serve-training"),
        "right-eps",
    ),
    Patient(
        "constant",
        "hard",
        ("dead-channel", "other-data", "constant-channel", "wrong-channels"),
        "constant-channel",
        ("reestimate", "on-service", "silence", "larger-eps"),
        "silence",
    ),
    Patient(
        "dropout",
        "hard",
        ("stale-statistics", "dropout-before-bn", NOTHING, "momentum-convention"),
        "dropout-before-bn",
        ("reestimate", "without-dropout", "move-dropout", "serve-training"),
        "move-dropout",
    ),
    Patient(
        "labels",
        "hard",
        ("dropout-before-bn", "other-data", "few-values", NOTHING),
        NOTHING,
        ("reestimate", "clean-labels", "train-on", "momentum"),
        "clean-labels",
    ),
)
"""Every patient, the easiest first."""
_BY_NAME = {patient.name: patient for patient in PATIENTS}

CHAPTERS: dict[str, str] = {
    "few-values": "regularization",
    "dropout-before-bn": "regularization",
    NOTHING: "regularization",
    "momentum-convention": "pitfalls",
    "epsilon-mismatch": "pitfalls",
    "wrong-channels": "pitfalls",
    "not-finite": "pitfalls",
}
"""The chapter that explains a fault, where it is not "inference"."""


def patient_named(name: str) -> Patient:
    """Return a patient; raises KeyError for a name that is not in the clinic."""
    return _BY_NAME[name]
