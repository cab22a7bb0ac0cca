"""Running the ledger: every test from several seeds, and the verdict on each claim."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from bnviz.api.record import command
from bnviz.config import InputError
from bnviz.files.provenance import provenance
from bnviz.ledger.claim import LITERATURE, NOTES, Claim, claims
from bnviz.ledger.claim_test import ClaimTest
from bnviz.ledger.measurements import batches, figure1, inference, initialization, layers, shapes, structure
from bnviz.ledger.records import Ledger, Measured, load_ledger
from bnviz.ledger.rule import VERDICTS, Effect, Question, answer, effect, verdict
from bnviz.ledger.shared import saved_seconds, start_counting
from bnviz.progress import ProgressCallback, no_progress
from bnviz.studies.rule import RECORDED_SEEDS
from bnviz.training.threads import one_thread

FILE = Path(__file__).resolve().parents[2] / "assets" / "recordings" / "claims.json"
COMMAND = "python -m bnviz experiment run claims"
MOST_SEEDS = 20
LedgerProgress = Callable[[int, int, str], None]

_ROOMS = (shapes, layers, structure, figure1, initialization, inference, batches)
_FOUND = [each for room in _ROOMS for each in room.TESTS]
TESTS: Mapping[str, ClaimTest] = MappingProxyType(
    {each.id: each for each in sorted(_FOUND, key=lambda one: (one.id[0], int(one.id[1:])))}
)
EXACT = frozenset(question.name for each in TESTS.values() for question in each.questions if question.exact)
"""Questions whose numbers follow from a formula or are counted."""
QUESTIONS: Mapping[str, Question] = MappingProxyType(
    {question.name: question for each in TESTS.values() for question in each.questions}
)


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim and a ledger's verdict on it.

    Attributes:
        claim: the claim.
        verdict: one of ``rule.VERDICTS``.
        effects: by link, the measured effect of its question; None where nothing was measured.
    """

    claim: Claim
    verdict: str
    effects: Mapping[str, Effect | None]


@one_thread()
def run_test(name: str, seeds: Sequence[int], on_progress: ProgressCallback = no_progress) -> Measured:
    """Run one test from some seeds.

    Args:
        name: of ``TESTS``.
        seeds: one run each.
        on_progress: called with (seeds done, seeds in all).

    Raises:
        InputError: an unknown test, or no seed or too many.
    """
    if name not in TESTS:
        raise InputError(f"the test must be one of {', '.join(TESTS)}, got {name!r:.40}")
    if not 1 <= len(seeds) <= MOST_SEEDS:
        raise InputError(f"1 to {MOST_SEEDS} seeds are accepted, got {len(seeds)}")
    start_counting()
    start = time.perf_counter()
    found = []
    for seed in seeds:
        found.append(TESTS[name].run(seed))
        on_progress(len(found), len(seeds))
    effects = {
        question.name: tuple(float(each[question.name.split(".")[1]]) for each in found)
        for question in TESTS[name].questions
    }
    return Measured(name, tuple(seeds), effects, time.perf_counter() - start + saved_seconds())


def run_claims(
    seeds: int = RECORDED_SEEDS, tests: Sequence[str] = (), on_progress: LedgerProgress = lambda done, total, name: None
) -> Ledger:
    """Run the tests of the ledger from the seeds 0 to ``seeds`` - 1, in this process.

    What several tests share is trained once; the seconds of each test are those that it takes by itself.

    Args:
        seeds: how many; below 3 only exact questions have an answer.
        tests: ids; all of them otherwise.
        on_progress: called with (tests done, tests in all, the next test).
    """
    names, made, start = tuple(tests) or tuple(TESTS), {}, time.perf_counter()
    for done, name in enumerate(names):
        on_progress(done, len(names), name)
        made[name] = run_test(name, range(seeds))
    on_progress(len(names), len(names), "")
    return Ledger(made, _provenance(seeds, time.perf_counter() - start))


def judge_claims(ledger: Ledger) -> tuple[JudgedClaim, ...]:
    """Return every claim with the verdict that the rule gives for this ledger."""
    return tuple(
        JudgedClaim(each, verdict_of(each.tests, ledger), {link: effect_of(ledger, link) for link in each.tests})
        for each in claims()
    )


def effect_of(ledger: Ledger, link: str) -> Effect | None:
    """Return the effect that was measured for a link's question, or None."""
    name = link.removeprefix("-")
    return effect(QUESTIONS[name], ledger.values(name))


def verdict_of(links: Sequence[str], ledger: Ledger) -> str:
    """Return the verdict that the rule gives for a sentence that stands for some links."""
    names = {link.removeprefix("-") for link in links}
    ran = (name for name in names if ledger.values(name))
    return verdict(links, {name: answer(QUESTIONS[name], ledger.values(name)) for name in ran}, EXACT)


def seen_verdicts(found: Sequence[JudgedClaim]) -> tuple[str, ...]:
    """Return the verdicts to show: "not_run" only while some claim has it."""
    missing = any(row.verdict == "not_run" for row in found)
    return tuple(name for name in VERDICTS if name != "not_run" or missing)


def crosstab(found: Sequence[JudgedClaim]) -> dict[str, dict[str, int]]:
    """Count verdicts by the literature's verdict, its strictest one where it has two."""
    return {
        standing: {
            name: sum(row.verdict == name and row.claim.standing == standing for row in found) for name in VERDICTS
        }
        for standing in reversed(LITERATURE)
    }


def with_overrides(ledger: Ledger, own: Mapping[str, Measured]) -> Ledger:
    """Return a ledger in which the reader's own runs replace the recorded ones."""
    return Ledger({**ledger.tests, **own}, ledger.provenance)


def joined(former: Ledger, ledger: Ledger) -> Ledger:
    """Return a ledger with the tests of both, the newer ones in place of the former, and their seconds summed.

    Questions that are no longer asked are left out.
    """
    found = {**former.tests, **ledger.tests}
    tests = {name: _asked(found[name]) for name in TESTS if name in found}
    seconds = sum(each.seconds for each in tests.values())
    return Ledger(tests, {**ledger.provenance, "seconds": round(seconds, 1)})


def _asked(measured: Measured) -> Measured:
    effects = {name: values for name, values in measured.effects.items() if name in QUESTIONS}
    return Measured(measured.test, measured.seeds, effects, measured.seconds)


def counts(found: Sequence[JudgedClaim]) -> dict[str, dict[str, int]]:
    """Count verdicts by notes ("S0" .. "S4") and in all ("all")."""
    made = {}
    for notes in (*NOTES, "all"):
        chosen = Counter(row.verdict for row in found if notes in (row.claim.notes, "all"))
        made[notes] = {name: chosen[name] for name in VERDICTS}
    return made


@lru_cache(maxsize=1)
def recorded() -> Ledger:
    """Read the recorded ledger; raises InputError when the file is not a ledger of bnviz."""
    return load_ledger(FILE)


def _provenance(seeds: int, seconds: float) -> dict[str, object]:
    return provenance(
        command=f"{COMMAND} --seeds {seeds}", script=command("claims"), seeds=seeds, seconds=round(seconds, 1)
    )
