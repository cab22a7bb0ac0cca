"""``python -m bnviz record claims``: every test of the ledger from ten seeds, in one process (a few minutes).

Repeating it on the same machine and torch gives the same numbers, except for E9.statistics_cost_ratio and E24, which
are times.
"""

from __future__ import annotations

from pathlib import Path

from bnviz.api.record import RecordOptions
from bnviz.ledger.ledger import FILE, TESTS, run_claims
from bnviz.ledger.records import save_ledger
from bnviz.studies.rule import RECORDED_SEEDS


def record(options: RecordOptions) -> list[Path]:
    """Run the tests; the parts are their ids."""

    def on_progress(done: int, total: int, name: str) -> None:
        options.on_progress(f"{done} of {total} {name}")

    seeds = RECORDED_SEEDS if options.seeds is None else options.seeds
    ledger = run_claims(seeds, options.parts_of(TESTS), on_progress, no_cache=True)
    target = options.target(FILE)
    save_ledger(ledger, target)
    return [target]
