"""Units in a few processes of one thread each: on small nets two such processes beat one with two threads."""

from __future__ import annotations

import multiprocessing
import queue
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from bnviz.config import InputError
from bnviz.data import load_dataset
from bnviz.studies.progress import Throttle
from bnviz.studies.samples import limited
from bnviz.studies.study import Study, StudyRun, UnitOutput
from bnviz.studies.study_runner import StudyStopped, run_unit
from bnviz.training.threads import use_one_thread

_POLL_S = 0.2
_STEP, _RESULT, _FAILED, _ENDED = "step", "result", "failed", "ended"


@dataclass(frozen=True, slots=True)
class _Job:
    """The settings that all workers share."""

    dataset: str
    n_train: int
    n_test: int
    allow_any_path: bool
    folder: Path


def run_in_processes(
    study: Study,
    units: Sequence[StudyRun],
    allow_any_path: bool,
    folder: Path,
    workers: int,
    stop: threading.Event,
    on_step: Callable[[str, int], None],
    on_result: Callable[[UnitOutput], None],
) -> None:
    """Train units in processes and hand over each result as it comes.

    Args:
        study: the study of the units; each process loads its data set itself.
        units: what to train, in this order.
        allow_any_path: whether the data set may be a file anywhere.
        folder: of the checkpoints.
        workers: number of processes.
        stop: once set, every process stops after its current step.
        on_step: called with (key, updates made) a few times a second.
        on_result: called with every finished unit.

    Raises:
        StudyStopped: ``stop`` was set before all units were finished.
        InputError: a worker rejected its input.
        RuntimeError: a worker failed or was killed.
    """
    context = multiprocessing.get_context("spawn")  # a fork of a process with torch's threads may hang
    tasks, messages, halt = context.Queue(), context.Queue(), context.Event()
    job = _Job(study.base.dataset, study.n_train, study.n_test, allow_any_path, folder)
    for task in (*units, *[None] * workers):
        tasks.put(task)
    processes = [
        context.Process(target=_work, args=(job, tasks, messages, halt), name=f"bnviz-study-{n}", daemon=True)
        for n in range(workers)
    ]
    for process in processes:
        process.start()
    try:
        _receive(processes, messages, halt, stop, len(units), on_step, on_result)
    finally:
        halt.set()
        for process in processes:
            process.join(30)
            if process.is_alive():
                process.terminate()
        for channel in (tasks, messages):
            channel.cancel_join_thread()
            channel.close()


def _receive(
    processes: Sequence[BaseProcess],
    messages: Any,  # noqa: ANN401 - a queue of a context
    halt: Any,  # noqa: ANN401 - an event of a context
    stop: threading.Event,
    units: int,
    on_step: Callable[[str, int], None],
    on_result: Callable[[UnitOutput], None],
) -> None:
    """Handle the messages of the workers until all have ended."""
    ended = finished = 0
    while ended < len(processes):
        if stop.is_set():
            halt.set()
        try:
            kind, content = messages.get(timeout=_POLL_S)
        except queue.Empty:
            if codes := [p.exitcode for p in processes if p.exitcode]:
                raise RuntimeError(f"a worker of the study ended with code {codes[0]}") from None
            continue
        if kind == _STEP:
            on_step(*content)
        elif kind == _RESULT:
            on_result(content)
            finished += 1
        elif kind == _FAILED:
            wrong_input, text = content
            raise InputError(text) if wrong_input else RuntimeError(f"a worker of the study failed: {text}")
        elif kind == _ENDED:
            ended += 1
    if finished < units:
        raise StudyStopped


def _work(job: _Job, tasks: Any, messages: Any, halt: Any) -> None:  # noqa: ANN401 - queues and event of a context
    """Train units until there are none left: the main function of a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the first one decides
    use_one_thread()
    try:
        dataset = limited(load_dataset(job.dataset, allow_any_path=job.allow_any_path), job.n_train, job.n_test)
        while not halt.is_set() and (unit := tasks.get()) is not None:
            messages.put((_RESULT, run_unit(unit, dataset, halt, _step_reporter(messages, unit), job.folder)))
    except StudyStopped:
        pass
    except Exception as error:
        text = str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
        messages.put((_FAILED, (isinstance(error, InputError), text[:2000])))
    messages.put((_ENDED, None))


def _step_reporter(messages: Any, unit: StudyRun) -> Callable[[int], None]:  # noqa: ANN401 - a queue of a context
    throttle = Throttle()

    def on_step(step: int) -> None:
        if throttle.is_due():
            messages.put((_STEP, (unit.key, step)))

    return on_step
