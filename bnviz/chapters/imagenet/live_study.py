"""A few arms of the Inception study, small enough to run while a reader waits."""

from __future__ import annotations

import threading
from dataclasses import replace

from bnviz.config import InputError
from bnviz.data import data_status, user_files
from bnviz.progress import ProgressCallback, no_progress
from bnviz.studies import Study, StudyResult, StudyStopped, UnitResult, run_unit, study_data, study_named
from bnviz.training.pace import computing_s

NAME = "inception-variants"
MAX_ARMS, STEPS, EVALUATIONS = 3, 100, 5
TRAIN, TEST, CURVE = 1200, 300, 300
MAX_SECONDS = 30.0
"""Of computing; a wait for other visitors does not count."""


def live_datasets(owner: str = "") -> tuple[str, ...]:
    """Return the data sets to choose from, best first: CIFAR-10 if fetched, files that a visitor sees, the digits."""
    fetched = data_status("cifar10").state == "here"
    return (*(("cifar10",) if fetched else ()), *user_files(owner), "mnist")


def run_live(
    dataset: str, arms: tuple[str, ...], on_progress: ProgressCallback = no_progress, owner: str = ""
) -> StudyResult:
    """Run a few arms of the study from one seed: the same network, few images, few steps (about 3 s per arm).

    Arms that are not finished within ``MAX_SECONDS`` seconds of computing are left out.

    Args:
        dataset: one of ``live_datasets()``.
        arms: names of arms of the study, at most ``MAX_ARMS``.
        on_progress: called with (steps done, steps in all).
        owner: secret of the browser whose uploads may be used.

    Raises:
        InputError: no arm or too many, an unknown arm, data that the network cannot take, or no arm was
            finished in time.
    """
    if not 1 <= len(arms) <= MAX_ARMS:
        raise InputError(f"choose 1 to {MAX_ARMS} arms, got {len(arms)}")
    study = _small_study(dataset, arms)
    data = study_data(study, allow_any_path=False, owner=owner)
    units, found = study.units((0,), ""), list[UnitResult]()
    stop, deadline = threading.Event(), computing_s() + MAX_SECONDS
    for index, unit in enumerate(units):

        def on_step(step: int, before: int = index * STEPS) -> None:
            on_progress(before + step, STEPS * len(units))
            if computing_s() > deadline:
                stop.set()

        try:
            found.append(run_unit(unit, data, stop, on_step).result)
        except StudyStopped:
            break
    if not found:
        raise InputError(f"this machine did not finish one arm within {MAX_SECONDS:.0f} s")
    finished = tuple(arm for arm in study.arms if arm.name in {unit.arm for unit in found})
    return StudyResult(
        study.name,
        study.base,
        finished,
        (0,),
        STEPS,
        study.threshold,
        1 / data.n_classes,
        tuple(found),
        provenance={"dataset": dataset, "n_train": len(data.y_train), "n_test": len(data.y_test)},
    )


def _small_study(dataset: str, arms: tuple[str, ...]) -> Study:
    """Return the study with few images and steps, the same number for every arm."""
    study = study_named(NAME).adjusted({"device": "cpu"}, STEPS, arms, dataset)
    return replace(
        study,
        evaluations=EVALUATIONS,
        n_train=TRAIN,
        n_test=TEST,
        n_curve=CURVE,
        hook=None,
        expected=(),
        arms=tuple(replace(arm, steps=0) for arm in study.arms),
    )
