"""``python -m bnviz experiment run claims``: run the ledger's tests, print what follows for the claims."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from bnviz.cli.common import out_path, print_json

NAME = "claims"


def run(arguments: argparse.Namespace) -> int:
    """Run every test from --seeds seeds; print counts and rows as words or JSON; write --out; 0."""
    from bnviz.ledger import counts, judge_claims, run_claims
    from bnviz.ledger.records import save_ledger
    from bnviz.studies.rule import RECORDED_SEEDS
    from bnviz.training.threads import use_one_thread

    use_one_thread()
    out = out_path(arguments.out)
    ledger = run_claims(RECORDED_SEEDS if arguments.seeds is None else arguments.seeds, on_progress=_show)
    if out is not None:
        save_ledger(ledger, out)
    found = judge_claims(ledger)
    result: dict[str, Any] = {
        "counts": counts(found),
        "claims": [
            {
                "id": row.claim.id,
                "literature": "/".join(row.claim.literature),
                "tests": list(row.claim.tests),
                "verdict": row.verdict,
                "effects": {
                    link: None
                    if one is None
                    else [round(one.mean, 6), round(one.low, 6), round(one.high, 6), one.answer]
                    for link, one in row.effects.items()
                },
            }
            for row in found
        ],
        "provenance": dict(ledger.provenance),
        **({"out": str(out)} if out is not None else {}),
    }
    if arguments.json:
        print_json(result)
    else:
        _print_words(result)
    return 0


def _show(done: int, total: int, name: str) -> None:
    if name:
        print(f"test {done + 1} of {total}: {name}", file=sys.stderr, flush=True)


def _print_words(result: dict[str, Any]) -> None:
    for notes, found in result["counts"].items():
        words = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in found.items())
        print(f"{notes:4} {sum(found.values()):4} claims: {words}")
    for row in result["claims"]:
        print(f"{row['id']:6} {row['literature']:4} {row['verdict']:14} {' '.join(row['tests'])}")
    facts = result["provenance"]
    print(f"{facts['seeds']} seeds, {facts['seconds']:.0f} s")
