"""A few arms of the Inception study, small enough to run while somebody waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from bnviz.config import InputError
from bnviz.data import data_status, user_files
from bnviz.studies import StudyResult, StudyStopped, UnitResult, run_unit, study_data, study_named

NAME = "inception-variants"
MOST_ARMS, STEPS, EVALUATIONS = 3, 100, 5
TRAIN, TEST, CURVE = 1200, 300, 300
LONGEST_S = 30.0
Progress = Callable[[int, int], None]


def live_datasets() -> tuple[str, ...]:
    """Return what the small form may run on, best first: CIFAR-10 if here, the user's files, the digits."""
    fetched = data_status("cifar10").state == "here"
    return (*(("cifar10",) if fetched else ()), *user_files(), "mnist")


def live_study(dataset: str, arms: tuple[str, ...], progress: Progress = lambda done, total: None) -> StudyResult:
    """Run a few arms of the study from one seed: the same net, few images, few steps (about 3 s an arm).

    Arms that are not finished within ``LONGEST_S`` seconds are left out.

    Args:
        dataset: one of ``live_datasets()``.
        arms: at most ``MOST_ARMS`` of the study's.
        progress: told (steps done, steps in all).

    Raises:
        InputError: too many arms or none, an unknown one, data that the net cannot take, or no time
            for any arm.
    """
    if not 1 <= len(arms) <= MOST_ARMS:
        raise InputError(f"choose 1 to {MOST_ARMS} arms, got {len(arms)}")
    study = study_named(NAME).adjusted({"device": "cpu"}, STEPS, arms, dataset)
    study = replace(
        study,
        evaluations=EVALUATIONS,
        n_train=TRAIN,
        n_test=TEST,
        n_curve=CURVE,
        hook=None,
        expected=(),
        arms=tuple(replace(arm, steps=0) for arm in study.arms),
    )
    data = study_data(study, allow_any_path=False)
    units, found = study.units((0,), ""), list[UnitResult]()
    stop, deadline = threading.Event(), time.monotonic() + LONGEST_S
    for place, unit in enumerate(units):

        def told(step: int, before: int = place * STEPS) -> None:
            progress(before + step, STEPS * len(units))
            if time.monotonic() > deadline:
                stop.set()

        try:
            found.append(run_unit(unit, data, stop, told).result)
        except StudyStopped:
            break
    if not found:
        raise InputError(f"this machine did not finish one arm within {LONGEST_S:.0f} s")
    kept = tuple(arm for arm in study.arms if arm.name in {unit.arm for unit in found})
    return StudyResult(
        study.name,
        study.base,
        kept,
        (0,),
        STEPS,
        study.threshold,
        1 / data.n_classes,
        tuple(found),
        provenance={"dataset": dataset, "n_train": len(data.y_train), "n_test": len(data.y_test)},
    )
