"""Make the recording behind the ledger of claims.

Run from the top of the repository: ``python scripts/make_claims_recording.py`` (a few minutes).
Repeating it on the same machine and torch gives the same numbers, but for E9.cost and E24, which are times.
"""

import torch

from bnviz.experiments.claims import FILE, counts, rows, run_claims
from bnviz.telemetry.claim_records import save_ledger


def main() -> None:
    """Run every test from three seeds and write."""
    torch.set_num_threads(1)
    ledger = run_claims(progress=lambda done, total, name: print(f"{done}/{total} {name}", flush=True))
    save_ledger(ledger, FILE)
    print(counts(rows(ledger))["all"])


if __name__ == "__main__":
    main()
