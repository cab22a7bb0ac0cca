"""Make the recording behind the ledger of claims.

Run from the top of the repository: ``python scripts/make_claims_recording.py`` (a few minutes), with ids of
tests to run these alone. It writes after every test and goes on with what is missing; delete the file to
begin anew. Repeating it on the same machine and torch gives the same numbers, but for E9.cost and E24,
which are times.
"""

import sys

import torch

from bnviz.experiments.claims import FILE, TRIALS, counts, merged, rows, run_claims
from bnviz.telemetry.claim_records import Ledger, load_ledger, save_ledger


def main() -> None:
    """Run every test that is not recorded yet from three seeds and write."""
    torch.set_num_threads(1)
    kept = load_ledger(FILE) if FILE.exists() else Ledger({})
    for name in sys.argv[1:] or [name for name in TRIALS if name not in kept.tests]:
        found = run_claims(tests=(name,))
        tests = merged(kept, found.tests).tests
        tests = {each: tests[each] for each in TRIALS if each in tests}
        seconds = round(sum(each.seconds for each in tests.values()), 1)
        kept = Ledger(tests, {**found.provenance, "seconds": seconds})
        save_ledger(kept, FILE)
        print(name, f"{tests[name].seconds:.1f} s", flush=True)
    print(counts(rows(kept))["all"])


if __name__ == "__main__":
    main()
