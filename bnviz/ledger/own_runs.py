"""The ledger as the pages ask for it: recorded results, the reader's own, and the button that runs a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import streamlit as st

from bnviz.ledger import Effect, JudgedClaim, effect_of, judge_claims, recorded, run_test, verdict_of, with_overrides
from bnviz.ledger.records import Ledger, Measured
from bnviz.training.task import DONE, Task
from bnviz.ui import task_shelf
from bnviz.ui.tasks import task_button

OWN_SEEDS = 5
"""Seeds of a reader's own run: a wait of seconds; it sees every second effect of two standard deviations."""
_OWN, _TAKEN = "bnviz.claims.own", "bnviz.claims.taken"


def own() -> dict[str, Measured]:
    """Return what this reader has run, by test; kept with the session."""
    state: Any = st.session_state
    found: dict[str, Measured] = state.setdefault(_OWN, {})
    return found


def own_numbers() -> dict[str, int]:
    """Return the number of the last task of each button whose results are among this reader's."""
    state: Any = st.session_state
    found: dict[str, int] = state.setdefault(_TAKEN, {})
    return found


def forget() -> None:
    """Forget what this reader has run."""
    own().clear()


def recorded_rows() -> tuple[JudgedClaim, ...]:
    """Return every claim with the verdict of the recorded runs."""
    return judge_claims(recorded())


def recorded_seeds() -> int:
    """Return from how many seeds the ledger was recorded."""
    return int(recorded().provenance["seeds"])


def own_rows() -> Mapping[str, JudgedClaim]:
    """Return the claims that the reader's own runs bear on, by id, with the verdict that follows."""
    mine = own()
    if not mine:
        return {}
    found = judge_claims(with_overrides(recorded(), mine))
    return {row.claim.id: row for row in found if tests_of(row.claim.tests) & set(mine)}


def judged(links: Sequence[str]) -> str:
    """Return the recorded verdict on a sentence that stands for some links."""
    return verdict_of(links, recorded())


def judge(links: Sequence[str]) -> tuple[str | None, Mapping[str, tuple[Effect | None, Effect | None]]]:
    """Return the verdict with the reader's own runs (None without any), and both effects of every link."""
    mine = Ledger(dict(own()))
    effects = {link: (effect_of(recorded(), link), effect_of(mine, link)) for link in links}
    ran = bool(tests_of(links) & set(own()))
    return (verdict_of(links, with_overrides(recorded(), own())) if ran else None), effects


def tests_of(links: Sequence[str]) -> set[str]:
    """Return the ids of the tests behind some links."""
    return {link.removeprefix("-").split(".")[0] for link in links}


def seconds(tests: Sequence[str]) -> float:
    """Return how long some tests take from the seeds of a reader's own run, by the recorded ones."""
    found = (recorded().tests[test] for test in tests if test in recorded().tests)
    return sum(each.seconds * OWN_SEEDS / len(each.seeds) for each in found)


def run_button(key: str, label: str, tests: Sequence[str]) -> None:
    """Draw a button that runs some tests from a few seeds, one after the other, and keeps what they find."""
    task = task_button(key, tuple(tests), label, lambda task: _run(tests, task))
    if task is not None and task.state == DONE and task.number > own_numbers().get(key, 0):
        own_numbers()[key] = task.number
        own().update(cast("dict[str, Measured]", task.result))
        st.rerun()


def _run(tests: Sequence[str], task: Task) -> dict[str, Measured]:
    """Run some tests; its progress counts milliseconds of the machine that recorded them, since tests differ widely."""
    parts = [max(1, round(1000 * seconds((test,)) / OWN_SEEDS)) for test in tests]
    found, total, before = {}, sum(parts) * OWN_SEEDS, 0
    for test, part in zip(tests, parts, strict=True):

        def on_progress(done: int, seeds: int, before: int = before, part: int = part, test: str = test) -> None:
            task.report(before + done * part, total)
            if done < seeds:
                task.progress.expect(part, part / 1000, test)

        on_progress(0, OWN_SEEDS)
        found[test] = run_test(test, range(OWN_SEEDS), on_progress)
        before += OWN_SEEDS * part
    return found


def is_under_way(key: str) -> bool:
    """Return whether a button's tests run now."""
    return task_shelf.running_of(key) is not None
