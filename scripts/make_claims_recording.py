"""Make the recording behind the ledger of claims.

Run from the top of the repository: ``python -m scripts.make_claims_recording`` (a few minutes). Every test
runs from three seeds, in one process and timed alone, and the file is written at the end. Repeating it on the
same machine and torch gives the same numbers, but for E9.cost and E24, which are times.
"""

import torch

from bnviz.ledger import FILE, counts, rows, run_claims
from bnviz.ledger.records import save_ledger


def main() -> None:
    """Run every test and write what came out."""
    torch.set_num_threads(1)

    def told(done: int, total: int, name: str) -> None:
        print(f"{done} of {total} {name}", flush=True)

    ledger = run_claims(progress=told, afresh=True)
    save_ledger(ledger, FILE)
    for name, each in ledger.tests.items():
        print(name, f"{each.seconds:.1f} s")
    print(counts(rows(ledger))["all"])


if __name__ == "__main__":
    main()
