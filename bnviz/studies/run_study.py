"""run_study: trains all units of a study, one after the other or in a few processes, and keeps each result."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path, PurePath
from typing import Any

from bnviz.config import InputError
from bnviz.data import Dataset, load_dataset
from bnviz.files.provenance import provenance
from bnviz.studies.processes import run_in_processes
from bnviz.studies.progress import ProgressMeter, StudyProgressCallback, throttled
from bnviz.studies.progress_file import ProgressFile
from bnviz.studies.records import StudyResult
from bnviz.studies.samples import fingerprint, limited
from bnviz.studies.study import MAX_SEEDS, Study, StudyRun, UnitOutput
from bnviz.studies.study_runner import run_unit
from bnviz.training.permits import usable_cores

MAX_WORKERS = 64

Executor = Callable[
    [Sequence[StudyRun], Dataset, threading.Event, Callable[[str, int], None], Callable[[UnitOutput], None]], None
]
"""Trains units on other machines: called with units, data set, stop event, on_step and on_result."""


def run_study(
    study: Study,
    seeds: Sequence[int],
    folder: Path,
    *,
    workers: int = 1,
    stop: threading.Event | None = None,
    on_progress: StudyProgressCallback = lambda progress: None,
    allow_any_path: bool = False,
    facts: dict[str, Any] | None = None,
    executor: Executor | None = None,
) -> StudyResult:
    """Train the unfinished units of a study and return the whole study.

    Args:
        study: what to run; its base names the data set.
        seeds: one unit of every arm from each.
        folder: where finished units and checkpoints are kept; a run in the same folder resumes.
        workers: number of processes, each with one thread; 1 trains in this process.
        stop: once set, every unit stops after its current step and keeps a checkpoint.
        on_progress: called a few times a second at most, and after every unit.
        allow_any_path: whether the data set may be a file anywhere (a command line may, a visitor may not).
        facts: further parts of the provenance: ``command``, ``dataset`` (a label).
        executor: trains the units instead of this machine.

    Raises:
        InputError: unknown data set, or seeds or workers that are not accepted.
        StudyStopped: ``stop`` was set.
    """
    _check(seeds, workers)
    dataset = study_data(study, allow_any_path)
    units = study.units(seeds, fingerprint(dataset))
    file = ProgressFile(folder, study.name)
    wanted = {unit.key for unit in units}
    done = {key: output for key, output in file.read().items() if key in wanted}
    left = [unit for unit in units if unit.key not in done]
    meter = ProgressMeter(units, set(done), throttled(on_progress))
    halt = stop or threading.Event()

    def on_result(output: UnitOutput) -> None:
        file.add(output)
        done[output.result.key] = output
        meter.record_end(output.result.key)

    begun = time.perf_counter()
    if executor is not None and left:
        executor(left, dataset, halt, meter.record_step, on_result)
    elif workers == 1 or len(left) < 2:
        for unit in left:
            on_result(run_unit(unit, dataset, halt, partial(meter.record_step, unit.key), folder))
    else:
        run_in_processes(
            study, left, allow_any_path, folder, min(workers, len(left)), halt, meter.record_step, on_result
        )
    return _result(study, seeds, units, done, dataset, time.perf_counter() - begun, workers, facts or {})


def study_data(study: Study, allow_any_path: bool, owner: str = "") -> Dataset:
    """Load a study's data set, perhaps an upload of a visitor, and cut it to the study's limits.

    Raises:
        InputError: it is unknown or not here.
    """
    data = load_dataset(study.base.dataset, allow_any_path=allow_any_path, owner=owner)
    return limited(data, study.n_train, study.n_test)


def public_name(dataset: str) -> str:
    """Return a data set's name without the folders of a file; paths stay private."""
    prefix, colon, path = dataset.partition(":")
    return f"{prefix}:{PurePath(path).name}" if colon else dataset


def _check(seeds: Sequence[int], workers: int) -> None:
    if not 1 <= len(set(seeds)) == len(seeds) <= MAX_SEEDS:
        raise InputError(f"a study runs from 1 to {MAX_SEEDS} different seeds, got {len(seeds)}")
    if not 1 <= workers <= MAX_WORKERS:
        raise InputError(f"workers must be from 1 to {MAX_WORKERS}, got {workers}")


def _result(
    study: Study,
    seeds: Sequence[int],
    units: Sequence[StudyRun],
    done: dict[str, UnitOutput],
    dataset: Dataset,
    seconds: float,
    workers: int,
    facts: dict[str, Any],
) -> StudyResult:
    outputs = [done[unit.key] for unit in units]
    combined = study.combination(study, outputs, dataset) if study.combination else ()
    arms = (*study.arms, *(arm for arm in study.combined if combined))
    order = {arm.name: position for position, arm in enumerate(arms)}
    results = [*(one.result for one in outputs), *combined]
    parts = {
        "dataset": public_name(dataset.name),
        "n_train": len(dataset.y_train),
        "n_test": len(dataset.y_test),
        "cores": usable_cores(),
        "workers": workers,
        "seconds": round(sum(one.result.seconds for one in outputs), 1),
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
        provenance=provenance(**parts),
    )
