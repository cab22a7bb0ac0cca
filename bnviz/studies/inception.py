"""The small Inception after Ioffe & Szegedy 2015, sec. 4.2: variants, the list of changes, an ensemble."""

from __future__ import annotations

from itertools import pairwise

from bnviz.config import Changes, RunConfig, Value
from bnviz.studies.ensemble import mean_of_members, measure_probabilities
from bnviz.studies.records import Arm, Expectation, Published
from bnviz.studies.study import PostTrainingHook, Study

LR, STEPS = 0.1, 1200
"""Rate of the plain net, the others are 5 and 30 times it, as in the paper.

Of 0.05, 0.1, 0.2 and 0.5 (seed 0, 1,000 steps) the plain net did about equally well at 0.1 and 0.2, worse at
the others.
"""

BASE = RunConfig(
    dataset="cifar10",
    net="inception",
    width=8,
    activation="relu",
    init="kaiming",
    norm="none",
    lr=LR,
    batch_size=32,
    lrn=True,
    dropout=0.4,
    dropout_at="head",
    weight_decay=5e-4,
    lr_half_life=STEPS,
    shuffle="batches",
    distortion=0.5,
    device="cpu",
)
"""Plain: with all that the paper took away later."""

CHANGES: tuple[tuple[str, Changes], ...] = (
    ("plain", ()),
    ("bn", (("norm", "batch"),)),
    ("lr-x5", (("lr", 5 * LR),)),
    ("no-dropout", (("dropout", 0.0),)),
    ("less-l2", (("weight_decay", 1e-4),)),
    ("faster-decay", (("lr_half_life", STEPS // 6),)),
    ("no-lrn", (("lrn", False),)),
    ("shuffling", (("shuffle", "samples"),)),
    ("less-distortion", (("distortion", 0.1),)),
)
"""The paper's list (sec. 4.2.1), in its order; each comes on top of those before."""


def _up_to(last: int) -> Changes:
    merged: dict[str, Value] = {}
    for _, changes in CHANGES[: last + 1]:
        merged |= dict(changes)
    return tuple(merged.items())


_ALL = dict(_up_to(len(CHANGES) - 1))


def _with(**changes: Value) -> Changes:
    """Return all of the paper's changes, and some more."""
    return tuple({**_ALL, **changes}.items())


ACCELERATE = Study(
    name="accelerate",
    base=BASE,
    arms=tuple(Arm(name, _up_to(place)) for place, (name, _) in enumerate(CHANGES)),
    steps=STEPS,
    threshold=0.3,
    evaluations=24,
    expected=tuple(
        Expectation(later, earlier, "steps_to_threshold") for (earlier, _), (later, _) in pairwise(CHANGES[:3])
    )
    + tuple(Expectation(later, earlier, "accuracy") for (earlier, _), (later, _) in pairwise(CHANGES)),
    published=(Published("shuffling", "shuffling_gain", 1.0, "points", "IS15, sec. 4.2.1"),),
)

INCEPTION_VARIANTS = Study(
    name="inception-variants",
    base=BASE,
    arms=(
        Arm("baseline"),
        Arm("bn-baseline", (("norm", "batch"),)),
        Arm("bn-x5", _with(lr=5 * LR)),
        Arm("bn-x30", _with(lr=30 * LR)),
        Arm("bn-x5-sigmoid", _with(lr=5 * LR, activation="sigmoid")),
        Arm("plain-x5", (("lr", 5 * LR),)),
        Arm("plain-sigmoid", (("activation", "sigmoid"),)),
    ),
    steps=STEPS,
    threshold=0.3,
    evaluations=24,
    expected=(
        Expectation("bn-baseline", "baseline", "steps_to_threshold"),
        Expectation("bn-x5", "bn-baseline", "steps_to_threshold"),
        Expectation("bn-x30", "bn-x5", "accuracy"),
        Expectation("bn-x5-sigmoid", "plain-sigmoid", "accuracy"),
        Expectation("bn-x5", "bn-x5-sigmoid", "accuracy"),
        Expectation("baseline", "plain-x5", "fails"),
        Expectation("bn-x5", "plain-x5", "accuracy"),
    ),
    published=tuple(
        published
        for arm, steps, accuracy in (
            ("baseline", 31.0, 72.2),
            ("bn-baseline", 13.3, 72.7),
            ("bn-x5", 2.1, 73.0),
            ("bn-x30", 2.7, 74.8),
            ("bn-x5-sigmoid", None, 69.8),
        )
        for published in (
            *(() if steps is None else (Published(arm, "steps_to_72.2", steps, "million", "IS15, Figure 3"),)),
            Published(arm, "max_accuracy", accuracy, "%", "IS15, Figure 3"),
        )
    ),
)

ENSEMBLE = Study(
    name="ensemble",
    base=BASE.with_fields(**dict(_with(lr=5 * LR))),
    arms=(
        Arm("member-1", (("seed", 1),)),
        Arm("member-2", (("seed", 2), ("init_scale", 1.5))),
        Arm("member-3", (("seed", 3), ("dropout", 0.05))),
        Arm("member-4", (("seed", 4), ("dropout", 0.1))),
        Arm("member-5", (("seed", 5), ("norm", "per_activation"))),
        Arm("member-6", (("seed", 6), ("init_scale", 1.5), ("dropout", 0.1))),
    ),
    steps=800,
    threshold=0.3,
    evaluations=10,
    hook=PostTrainingHook("kept_probabilities", measure_probabilities),
    combined=(Arm("ensemble"),),
    combination=mean_of_members,
    expected=tuple(Expectation("ensemble", f"member-{number}") for number in range(1, 7)),
    published=(
        Published("member-1", "top1_error_multicrop", 21.99, "%", "IS15, Figure 4"),
        Published("ensemble", "top1_error_multicrop", 20.1, "%", "IS15, Figure 4"),
        Published("member-1", "top5_error_multicrop", 5.82, "%", "IS15, Figure 4"),
        Published("ensemble", "top5_error_multicrop", 4.9, "%", "IS15, Figure 4"),
    ),
)
"""The paper's six differ in some of: larger initial weights, dropout of 5 or 10 %, per-activation BN."""
