"""``python -m bnviz experiment run words``: measure the app's sentences from other seeds, and say which hold."""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bnviz.cli.common import out_path, print_json
from bnviz.config import InputError
from bnviz.files.write import atomic

if TYPE_CHECKING:
    from bnviz.words import Bound, Row

NAME = "words"
DEFAULT_SEEDS = "111-115"
"""Seeds from which no sentence was written."""

_REFUSED = ("steps", "arms", "dataset", "label", "changes")


def run(arguments: argparse.Namespace) -> int:
    """Run the checks of --only, or all, from --seeds; print a row per sentence; 1 if a sentence does not hold."""
    from bnviz.words import rows_of, run_checks

    for option in _REFUSED:
        if getattr(arguments, option):
            raise InputError("words takes --seeds, --only, --workers, --work, --out and --json only")
    out, seeds = out_path(arguments.out), seeds_of(arguments.seeds or DEFAULT_SEEDS)
    names = tuple(arguments.only.split(",")) if arguments.only else ()
    folder = None if arguments.work is None else Path(arguments.work)
    found = run_checks(names, seeds, workers=arguments.workers, folder=folder, on_done=_show)
    rows = rows_of(found)
    failed = sum(not row.holds for row in rows)
    table = table_of(rows, seeds)
    if out is not None:
        with atomic(out) as part:
            part.write_text(table, encoding="utf-8")
    if arguments.json:
        measured = {name: [{k: _number(v) for k, v in one.items()} for one in seen] for name, seen in found.items()}
        sentences = [_plain(row) for row in rows]
        print_json({"seeds": seeds, "not_held": failed, "sentences": sentences, "measured": measured})
    else:
        print(table)
        print(f"{len(rows)} sentences, {failed} do not hold")
    return 1 if failed else 0


def seeds_of(text: str) -> tuple[int, ...]:
    """Return the seeds that "5" (0 to 4), "31-35" or "31,33" names; raises InputError for other text."""
    if re.fullmatch("[0-9]{1,4}", text):
        return tuple(range(int(text)))
    if match := re.fullmatch("([0-9]{1,6})-([0-9]{1,6})", text):
        return tuple(range(int(match[1]), int(match[2]) + 1))
    if re.fullmatch("[0-9]{1,6}(,[0-9]{1,6})+", text):
        return tuple(map(int, text.split(",")))
    raise InputError(f"--seeds takes N, FIRST-LAST or a list with commas, got {text!r:.40}")


def table_of(rows: Sequence[Row], seeds: Sequence[int]) -> str:
    """Return the sentences as a Markdown table: the words, the limits, the numbers of each seed, whether they hold."""
    head = f"| text | sentence | said | measured on seeds {', '.join(map(str, seeds))} | holds |"
    lines = [head, "|---|---|---|---|---|"]
    for row in rows:
        said = "; ".join(limits_of(bound) for bound, _ in row.values)
        values = "; ".join(" ".join(f"{value:.4g}" for value in numbers) for _, numbers in row.values)
        quote = row.quote.replace("|", "\\|")
        lines.append(f"| {row.key} | {quote} | {said} | {values} | {'yes' if row.holds else 'NO'} |")
    return "\n".join(lines) + "\n"


def limits_of(bound: Bound) -> str:
    """Return a limit in words: "gap of each seed from -1.5 to 1.5"."""
    scope = "each seed" if bound.of == "each" else "the mean"
    low, high = (f"{limit:.4g}" for limit in (bound.low, bound.high))
    if math.isinf(bound.low):
        return f"{bound.name} of {scope} at most {high}"
    return f"{bound.name} of {scope} " + (f"at least {low}" if math.isinf(bound.high) else f"from {low} to {high}")


def _plain(row: Row) -> dict[str, Any]:
    limits = [
        {
            "name": bound.name,
            "of": bound.of,
            "low": _number(bound.low),
            "high": _number(bound.high),
            "values": list(map(_number, values)),
        }
        for bound, values in row.values
    ]
    return {"check": row.check, "key": row.key, "quote": row.quote, "holds": row.holds, "limits": limits}


def _number(value: float) -> float | None:
    """Return a number for JSON; one that is not finite is null."""
    return value if math.isfinite(value) else None


def _show(done: int, total: int, name: str, seed: int) -> None:
    print(f"{done} of {total}: {name}, seed {seed}", file=sys.stderr, flush=True)
