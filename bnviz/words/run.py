"""Running the checks from several seeds, in several processes, and keeping what is finished."""

from __future__ import annotations

import hashlib
import inspect
import json
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from bnviz.config import InputError
from bnviz.files.checksum import Damaged, checked_row, put_aside, verified_row
from bnviz.files.write import atomic
from bnviz.training.threads import one_thread
from bnviz.words.checks import CHECKS
from bnviz.words.sentence import Measured

MOST_SEEDS = 20
_Job = tuple[str, int, float]
_CODE = {name: hashlib.sha256(inspect.getsource(check.run).encode()).hexdigest()[:8] for name, check in CHECKS.items()}
"""What a check's code is, so that one that was changed is run again."""


def run_checks(
    names: Sequence[str],
    seeds: Sequence[int],
    *,
    share: float = 1.0,
    workers: int = 1,
    folder: Path | None = None,
    on_done: Callable[[int, int, str, int], None] = lambda done, total, name, seed: None,
) -> dict[str, list[Measured]]:
    """Run checks from every seed and return, by check, the numbers of each seed.

    Args:
        names: of ``CHECKS``; all when empty.
        seeds: one run each.
        share: share of the updates that the sentences speak of; less than 1 only to try the code.
        workers: number of processes.
        folder: where finished checks are kept, and read again by a second call; None keeps nothing.
        on_done: called with (checks done, checks in all, name, seed).

    Raises:
        InputError: an unknown check, no seed or too many, or no worker.
    """
    chosen = tuple(names) or tuple(CHECKS)
    if unknown := [name for name in chosen if name not in CHECKS]:
        raise InputError(f"the check must be one of {', '.join(CHECKS)}, got {unknown[0]!r:.40}")
    if not 1 <= len(seeds) <= MOST_SEEDS or workers < 1:
        raise InputError(f"1 to {MOST_SEEDS} seeds and at least 1 worker are accepted")
    jobs = [(name, seed, share) for name in chosen for seed in seeds]
    found = {job: kept for job in jobs if (kept := _kept(folder, job)) is not None}
    for job, numbers in _results([job for job in jobs if job not in found], workers):
        found[job] = numbers
        _keep(folder, job, numbers)
        on_done(len(found), len(jobs), *job[:2])
    return {name: [found[name, seed, share] for seed in seeds] for name in chosen}


def _results(jobs: Sequence[_Job], workers: int) -> Iterator[tuple[_Job, Measured]]:
    if workers == 1 or len(jobs) < 2:
        yield from map(_run, jobs)
        return
    context = multiprocessing.get_context("spawn")  # a fork of a process with torch's threads may hang
    with context.Pool(workers) as pool:
        found: Iterable[tuple[_Job, Measured]] = pool.imap_unordered(_run, jobs)
        yield from found


def _run(job: _Job) -> tuple[_Job, Measured]:
    name, seed, share = job
    with one_thread():
        return job, CHECKS[name].run(seed, share)


def _file(folder: Path, job: _Job) -> Path:
    name, seed, share = job
    return folder / f"{name}-{_CODE[name]}-seed{seed}-share{share:g}.json"


def _kept(folder: Path | None, job: _Job) -> Measured | None:
    if folder is None or not (path := _file(folder, job)).is_file():
        return None
    try:
        row, _ = verified_row(json.loads(path.read_bytes()))
        return {str(name): float(value) for name, value in row.items()}
    except (Damaged, ValueError, TypeError, RecursionError) as reason:  # no JSON, no UTF-8, no number
        put_aside(path, str(reason) if isinstance(reason, Damaged) else "found no numbers", "its check runs again")
        return None


def _keep(folder: Path | None, job: _Job, numbers: Measured) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        with atomic(_file(folder, job)) as file:
            file.write_text(json.dumps(checked_row(numbers)), encoding="utf-8")
