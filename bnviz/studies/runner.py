"""run_study: all units of a study, one after the other or in a few processes, kept as they finish."""

from __future__ import annotations

import os
import platform
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

import torch

from bnviz.config import InputError
from bnviz.data import Dataset, load_dataset
from bnviz.studies.processes import run_in_processes
from bnviz.studies.progress import Meter, Progress, Tell
from bnviz.studies.records import StudyResult
from bnviz.studies.samples import fingerprint, limited
from bnviz.studies.study import MAX_SEEDS, Finished, Study, Unit
from bnviz.studies.unit_run import Stopped, run_unit
from bnviz.studies.work_file import WorkFile

MAX_WORKERS = 64
TELL_EVERY_S = 0.2

Elsewhere = Callable[
    [Sequence[Unit], Dataset, threading.Event, Callable[[str, int], None], Callable[[Finished], None]], None
]
"""Runs units on other machines: takes units, data, stop event, whom to tell of steps and finished units."""


def run_study(
    study: Study,
    seeds: Sequence[int],
    folder: Path,
    *,
    workers: int = 1,
    stop: threading.Event | None = None,
    progress: Tell = lambda progress: None,
    anywhere: bool = False,
    facts: dict[str, Any] | None = None,
    elsewhere: Elsewhere | None = None,
) -> StudyResult:
    """Run what is left of a study and return all of it.

    Args:
        study: what to run; its base names the data set.
        seeds: one unit of every arm from each.
        folder: where finished units and checkpoints are kept; the same folder goes on.
        workers: processes; each has one thread. 1 runs in this very process.
        stop: once set, every unit stops after its step and keeps a checkpoint.
        progress: told a few times a second at most.
        anywhere: whether the data set may be a file anywhere (a command line may, a visitor may not).
        facts: further parts of the provenance: ``command``, ``dataset`` (a label).
        elsewhere: runs the units instead of this machine.

    Raises:
        InputError: unknown data set, or seeds or workers that are not accepted.
        Stopped: ``stop`` was set.
    """
    _check(seeds, workers)
    dataset = study_data(study, anywhere)
    units = study.units(seeds, fingerprint(dataset))
    work = WorkFile(folder, study.name)
    wanted = {unit.key for unit in units}
    done = {key: finished for key, finished in work.read().items() if key in wanted}
    left = [unit for unit in units if unit.key not in done]
    meter = Meter(units, set(done), _seldom(progress))
    halt = stop or threading.Event()

    def keep(finished: Finished) -> None:
        work.add(finished)
        done[finished.result.key] = finished
        meter.finished(finished.result.key)

    begun = time.perf_counter()
    if elsewhere is not None and left:
        elsewhere(left, dataset, halt, meter.stepped, keep)
    elif workers == 1 or len(left) < 2:
        for unit in left:
            keep(run_unit(unit, dataset, halt, _stepped(meter, unit), folder))
    else:
        run_in_processes(study, left, anywhere, folder, min(workers, len(left)), halt, meter.stepped, keep)
    return _result(study, seeds, units, done, dataset, time.perf_counter() - begun, workers, facts or {})


def study_data(study: Study, anywhere: bool) -> Dataset:
    """Load a study's data set and cut it to the study's limits.

    Raises:
        InputError: it is unknown or not here.
    """
    return limited(load_dataset(study.base.dataset, anywhere=anywhere), study.n_train, study.n_test)


def public_name(dataset: str) -> str:
    """Return a data set's name without the folders of a file: where it lies is nobody's business."""
    prefix, colon, path = dataset.partition(":")
    return f"{prefix}:{PurePath(path).name}" if colon else dataset


def _check(seeds: Sequence[int], workers: int) -> None:
    if not 1 <= len(set(seeds)) == len(seeds) <= MAX_SEEDS:
        raise InputError(f"a study runs from 1 to {MAX_SEEDS} different seeds, got {len(seeds)}")
    if not 1 <= workers <= MAX_WORKERS:
        raise InputError(f"workers must be from 1 to {MAX_WORKERS}, got {workers}")


def _stepped(meter: Meter, unit: Unit) -> Any:  # noqa: ANN401 - a callable
    return lambda step: meter.stepped(unit.key, step)


def _seldom(tell: Tell) -> Tell:
    """Pass on what is new at most a few times a second, but every finished unit."""
    last, units = 0.0, -1

    def maybe(progress: Progress) -> None:
        nonlocal last, units
        now = time.perf_counter()
        if now - last >= TELL_EVERY_S or progress.units_done != units:
            last, units = now, progress.units_done
            tell(progress)

    return maybe


def _result(
    study: Study,
    seeds: Sequence[int],
    units: Sequence[Unit],
    done: dict[str, Finished],
    dataset: Dataset,
    seconds: float,
    workers: int,
    facts: dict[str, Any],
) -> StudyResult:
    finished = [done[unit.key] for unit in units]
    combined = study.combination(study, finished, dataset) if study.combination else ()
    arms = (*study.arms, *(arm for arm in study.combined if combined))
    order = {arm.name: place for place, arm in enumerate(arms)}
    results = [*(one.result for one in finished), *combined]
    provenance = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "dataset": public_name(dataset.name),
        "n_train": len(dataset.y_train),
        "n_test": len(dataset.y_test),
        "cores": os.cpu_count(),
        "workers": workers,
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
        "seconds": round(sum(one.result.seconds for one in finished), 1),
        "seconds_this_time": round(seconds, 1),
        **facts,
    }
    return StudyResult(
        name=study.name,
        base=study.base.with_fields(dataset=public_name(study.base.dataset)),
        arms=arms,
        seeds=tuple(seeds),
        steps=study.steps,
        threshold=study.threshold,
        chance=1 / dataset.n_classes,
        units=tuple(sorted(results, key=lambda unit: (order[unit.arm], seeds.index(unit.seed)))),
        expected=study.expected,
        published=study.published,
        provenance=provenance,
    )


__all__ = ["Stopped", "run_study", "study_data"]
