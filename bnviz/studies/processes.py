"""Units in a few processes of one thread each: on small nets two of them beat one of two threads."""

from __future__ import annotations

import multiprocessing
import queue
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from bnviz.config import InputError
from bnviz.data import load_dataset
from bnviz.studies.samples import limited
from bnviz.studies.study import Finished, Study, Unit
from bnviz.studies.unit_run import Stopped, run_unit
from bnviz.training.threads import use_one_thread

_POLL_S = 0.2
_STEPPED, _FINISHED, _FAILED, _ENDED = "stepped", "finished", "failed", "ended"


@dataclass(frozen=True, slots=True)
class _Job:
    """What every worker needs to know."""

    dataset: str
    n_train: int
    n_test: int
    anywhere: bool
    folder: Path


def run_in_processes(
    study: Study,
    units: Sequence[Unit],
    anywhere: bool,
    folder: Path,
    workers: int,
    stop: threading.Event,
    stepped: Callable[[str, int], None],
    keep: Callable[[Finished], None],
) -> None:
    """Run units in processes and keep each as it finishes.

    Args:
        study: whose units they are; each process loads its data set itself.
        units: what to run, in this order.
        anywhere: whether the data set may be a file anywhere.
        folder: of the checkpoints.
        workers: number of processes.
        stop: once set, every process stops after its step.
        stepped: told (key, updates made) a few times a second.
        keep: given every finished unit.

    Raises:
        Stopped: ``stop`` was set before all units were finished.
        InputError: a worker found its input wrong.
        RuntimeError: a worker failed or was killed.
    """
    context = multiprocessing.get_context("spawn")  # a fork of a process with torch's threads may hang
    tasks, news, halt = context.Queue(), context.Queue(), context.Event()
    job = _Job(study.base.dataset, study.n_train, study.n_test, anywhere, folder)
    for task in (*units, *[None] * workers):
        tasks.put(task)
    processes = [
        context.Process(target=_work, args=(job, tasks, news, halt), name=f"bnviz-study-{n}", daemon=True)
        for n in range(workers)
    ]
    for process in processes:
        process.start()
    try:
        _follow(processes, news, halt, stop, len(units), stepped, keep)
    finally:
        halt.set()
        for process in processes:
            process.join(30)
            if process.is_alive():
                process.terminate()
        for channel in (tasks, news):
            channel.cancel_join_thread()
            channel.close()


def _follow(
    processes: Sequence[BaseProcess],
    news: Any,  # noqa: ANN401 - a queue of a context
    halt: Any,  # noqa: ANN401 - an event of a context
    stop: threading.Event,
    units: int,
    stepped: Callable[[str, int], None],
    keep: Callable[[Finished], None],
) -> None:
    """Take in what the workers say until all have ended."""
    ended = finished = 0
    while ended < len(processes):
        if stop.is_set():
            halt.set()
        try:
            kind, content = news.get(timeout=_POLL_S)
        except queue.Empty:
            if codes := [p.exitcode for p in processes if p.exitcode]:
                raise RuntimeError(f"a worker of the study ended with code {codes[0]}") from None
            continue
        if kind == _STEPPED:
            stepped(*content)
        elif kind == _FINISHED:
            keep(content)
            finished += 1
        elif kind == _FAILED:
            wrong_input, text = content
            raise InputError(text) if wrong_input else RuntimeError(f"a worker of the study failed: {text}")
        elif kind == _ENDED:
            ended += 1
    if finished < units:
        raise Stopped


def _work(job: _Job, tasks: Any, news: Any, halt: Any) -> None:  # noqa: ANN401 - queues and event of a context
    """Run units until there are none left; in a process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process; the first one decides
    use_one_thread()
    try:
        dataset = limited(load_dataset(job.dataset, anywhere=job.anywhere), job.n_train, job.n_test)
        while not halt.is_set() and (unit := tasks.get()) is not None:
            finished = run_unit(unit, dataset, halt, _seldom(news, unit), job.folder)
            news.put((_FINISHED, finished))
    except Stopped:
        pass
    except Exception as error:
        text = str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
        news.put((_FAILED, (isinstance(error, InputError), text[:2000])))
    news.put((_ENDED, None))


def _seldom(news: Any, unit: Unit) -> Callable[[int], None]:  # noqa: ANN401
    last = 0.0

    def stepped(step: int) -> None:
        nonlocal last
        now = time.perf_counter()
        if now - last >= _POLL_S:
            last = now
            news.put((_STEPPED, (unit.key, step)))

    return stepped
