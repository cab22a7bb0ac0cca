"""``python -m bnviz record claims``: every test of the ledger from ten seeds, in one process (half an hour).

Repeating it on the same machine and torch gives the same numbers, except for E9.statistics_cost_ratio,
E9.recomputation_epochs and E24, which are times. With names of tests only these are run, and the others of the file
stay as they were recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bnviz.api.record import RecordOptions
from bnviz.config import InputError
from bnviz.ledger.ledger import FILE, TESTS, joined, run_claims
from bnviz.ledger.records import Ledger, load_ledger, save_ledger
from bnviz.studies.rule import RECORDED_SEEDS


def record(options: RecordOptions) -> list[Path]:
    """Run the tests; the parts are their ids.

    Raises:
        InputError: the file's other tests were recorded from other seeds.
    """

    def on_progress(done: int, total: int, name: str) -> None:
        options.on_progress(f"{done} of {total} {name}")

    seeds = RECORDED_SEEDS if options.seeds is None else options.seeds
    target = options.target(FILE)
    _kept(target, seeds, options.parts)  # refused before anything is run
    ledger = run_claims(seeds, options.parts_of(TESTS), on_progress)
    former = _kept(target, seeds, options.parts)
    save_ledger(ledger if former is None else joined(former, ledger), target)
    return [target]


def _kept(target: Path, seeds: int, parts: Sequence[str]) -> Ledger | None:
    """Return the ledger whose other tests stay; None where all tests are run, or nothing was recorded."""
    if not parts or not target.exists():
        return None
    former = load_ledger(target)
    if former.provenance["seeds"] != seeds:
        raise InputError(
            f"{target.name} has {former.provenance['seeds']} seeds; --seeds {seeds} needs all of its tests"
        )
    return former
