"""A sweep as a table: one row per network."""

from __future__ import annotations

import csv
import io
import math

from bnviz.config import format_value
from bnviz.sweeps.result import SweepResult

NUMBERS = ("accuracy", "loss", "test_loss", "idle")


def rows_of(result: SweepResult) -> list[dict[str, str | int | float | None]]:
    """Return one row per network, by arm, cell and seed; a value that is not finite is None."""
    sweep = result.sweep
    rows: list[dict[str, str | int | float | None]] = []
    for net in sorted(result.cells, key=lambda net: (net.arm, net.row, net.column, net.seed)):
        arm = ", ".join(f"{name}={format_value(value)}" for name, value in sweep.arms[net.arm])
        row: dict[str, str | int | float | None] = {
            "arm": arm,
            sweep.x.field: sweep.x.values[net.column],
            sweep.y.field: sweep.y.values[net.row],
            "seed": net.seed,
            "outcome": result.outcome(net),
        }
        for name in NUMBERS:
            value = float(getattr(net, name))
            row[name] = float(f"{value:.6g}") if math.isfinite(value) else None
        rows.append(row | {"diverged_at": net.diverged})
    return rows


def csv_of(result: SweepResult) -> str:
    """Return the table as CSV with a header line; "" for an empty sweep."""
    rows = rows_of(result)
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return out.getvalue()
