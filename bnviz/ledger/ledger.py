"""Running the ledger: every test from several seeds, and what follows for each claim."""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import torch

from bnviz.config import InputError
from bnviz.ledger.claim import LITERATURE, NOTES, Claim, claims
from bnviz.ledger.claim_test import Trial
from bnviz.ledger.records import Ledger, Measured, load_ledger
from bnviz.ledger.rule import FEWEST, VERDICTS, Effect, Question, answer, effect, verdict
from bnviz.ledger.tests import batches, figure1, inference, initialization, layers, shapes, structure
from bnviz.training.threads import one_thread

FILE = Path(__file__).resolve().parents[2] / "assets" / "recordings" / "claims.json"
COMMAND = "python -m bnviz experiment run claims"
MOST_SEEDS = 20
Progress = Callable[[int, int, str], None]

_ROOMS = (shapes, layers, structure, figure1, initialization, inference, batches)
_FOUND = [each for room in _ROOMS for each in room.TRIALS]
TRIALS: Mapping[str, Trial] = MappingProxyType(
    {each.id: each for each in sorted(_FOUND, key=lambda one: (one.id[0], int(one.id[1:])))}
)
QUESTIONS: Mapping[str, Question] = MappingProxyType(
    {question.name: question for each in TRIALS.values() for question in each.questions}
)


@dataclass(frozen=True, slots=True)
class Row:
    """A claim and what a ledger says of it.

    Attributes:
        claim: the claim.
        verdict: one of ``rule.VERDICTS``.
        effects: by link, what its question's seeds say; None where nothing was measured.
    """

    claim: Claim
    verdict: str
    effects: Mapping[str, Effect | None]


@one_thread()
def run_test(
    name: str, seeds: Sequence[int], progress: Callable[[int, int], None] = lambda done, total: None
) -> Measured:
    """Run one test from some seeds.

    Args:
        name: of ``TRIALS``.
        seeds: one run each.
        progress: told (seeds done, seeds in all).

    Raises:
        InputError: an unknown test, or no seed or too many.
    """
    if name not in TRIALS:
        raise InputError(f"the test must be one of {', '.join(TRIALS)}, got {name!r:.40}")
    if not 1 <= len(seeds) <= MOST_SEEDS:
        raise InputError(f"1 to {MOST_SEEDS} seeds are accepted, got {len(seeds)}")
    start = time.perf_counter()
    found = []
    for seed in seeds:
        found.append(TRIALS[name].run(seed))
        progress(len(found), len(seeds))
    effects = {
        question.name: tuple(float(each[question.name.split(".")[1]]) for each in found)
        for question in TRIALS[name].questions
    }
    return Measured(name, tuple(seeds), effects, time.perf_counter() - start)


def run_claims(
    seeds: int = FEWEST,
    tests: Sequence[str] = (),
    progress: Progress = lambda done, total, name: None,
    no_cache: bool = False,
) -> Ledger:
    """Run the tests of the ledger from the seeds 0 to ``seeds`` - 1, in this process.

    Args:
        seeds: how many; below 3 there is no verdict.
        tests: ids; all of them otherwise.
        progress: told (tests done, tests in all, the test that is next).
        no_cache: train for each test what several tests share, so that its seconds are those it takes by itself.
    """
    names, made, start = tuple(tests) or tuple(TRIALS), {}, time.perf_counter()
    for place, name in enumerate(names):
        progress(place, len(names), name)
        for shared in (*figure1.SHARED, *inference.SHARED) if no_cache else ():
            shared.cache_clear()
        made[name] = run_test(name, range(seeds))
    progress(len(names), len(names), "")
    return Ledger(made, _provenance(seeds, time.perf_counter() - start))


def rows(ledger: Ledger) -> tuple[Row, ...]:
    """Return every claim with the verdict that the rule gives for this ledger."""
    return tuple(
        Row(each, verdict_of(each.tests, ledger), {link: effect_of(ledger, link) for link in each.tests})
        for each in claims()
    )


def effect_of(ledger: Ledger, link: str) -> Effect | None:
    """Return what the seeds say of the question behind a link, or None."""
    name = link.removeprefix("-")
    return effect(QUESTIONS[name], ledger.values(name))


def verdict_of(links: Sequence[str], ledger: Ledger) -> str:
    """Return the verdict that the rule gives for a sentence that stands for some links."""
    names = {link.removeprefix("-") for link in links}
    ran = (name for name in names if ledger.values(name))
    return verdict(links, {name: answer(QUESTIONS[name], ledger.values(name)) for name in ran})


def seen_verdicts(found: Sequence[Row]) -> tuple[str, ...]:
    """Return the verdicts there are to show: "not_run" only while some claim has it."""
    missing = any(row.verdict == "not_run" for row in found)
    return tuple(name for name in VERDICTS if name != "not_run" or missing)


def crossed(found: Sequence[Row]) -> dict[str, dict[str, int]]:
    """Count verdicts by what the literature says, its strictest word where it says two things."""
    return {
        standing: {
            name: sum(row.verdict == name and row.claim.standing == standing for row in found) for name in VERDICTS
        }
        for standing in reversed(LITERATURE)
    }


def merged(ledger: Ledger, own: Mapping[str, Measured]) -> Ledger:
    """Return a ledger in which the reader's own runs stand in place of the recorded ones."""
    return Ledger({**ledger.tests, **own}, ledger.provenance)


def counts(found: Sequence[Row]) -> dict[str, dict[str, int]]:
    """Count verdicts by notes ("S0" .. "S4") and in all ("all")."""
    made = {}
    for notes in (*NOTES, "all"):
        chosen = Counter(row.verdict for row in found if notes in (row.claim.notes, "all"))
        made[notes] = {name: chosen[name] for name in VERDICTS}
    return made


@lru_cache(maxsize=1)
def recorded() -> Ledger:
    """Read the recorded ledger; raises InputError when the file is not one of ours."""
    return load_ledger(FILE)


def _provenance(seeds: int, seconds: float) -> dict[str, object]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "command": f"{COMMAND} --seeds {seeds}",
        "script": "python -m bnviz record claims",
        "seeds": seeds,
        "seconds": round(seconds, 1),
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
    }
