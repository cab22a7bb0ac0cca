"""A sweep as a table: one row a net."""

from __future__ import annotations

import csv
import io
import math

from bnviz.config import format_value
from bnviz.sweeps.result import SweepResult

NUMBERS = ("accuracy", "loss", "test_loss", "idle")


def rows_of(result: SweepResult) -> list[dict[str, str | int | float | None]]:
    """Return one row a net, by arm, place and seed; None for what is not finite."""
    sweep = result.sweep
    rows: list[dict[str, str | int | float | None]] = []
    for cell in sorted(result.cells, key=lambda cell: (cell.arm, cell.row, cell.column, cell.seed)):
        arm = ", ".join(f"{name}={format_value(value)}" for name, value in sweep.arms[cell.arm])
        row: dict[str, str | int | float | None] = {
            "arm": arm,
            sweep.x.field: sweep.x.values[cell.column],
            sweep.y.field: sweep.y.values[cell.row],
            "seed": cell.seed,
            "outcome": result.outcome(cell),
        }
        for name in NUMBERS:
            value = float(getattr(cell, name))
            row[name] = float(f"{value:.6g}") if math.isfinite(value) else None
        rows.append(row | {"diverged_at": cell.diverged})
    return rows


def csv_of(result: SweepResult) -> str:
    """Return the table as CSV with a head line."""
    rows = rows_of(result)
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return out.getvalue()
