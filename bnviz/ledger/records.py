"""What the ledger's tests measured: one value a seed and question, and the file of it. Plain numbers."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bnviz.config import InputError

_NAME = re.compile(r"[A-Z]\d{1,2}(\.[a-z][a-z0-9_]*)?")
_MOST = 200


@dataclass(frozen=True, slots=True)
class Measured:
    """One test over several seeds.

    Attributes:
        test: its id, "E1".
        seeds: (S,).
        effects: by question ("E1.sooner"), one value a seed; NaN where a run gave none.
        seconds: wall time of all seeds together.
    """

    test: str
    seeds: tuple[int, ...]
    effects: Mapping[str, tuple[float, ...]]
    seconds: float


@dataclass(frozen=True, slots=True)
class Ledger:
    """All tests that were run, by id, and where their numbers come from."""

    tests: Mapping[str, Measured]
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def values(self, question: str) -> tuple[float, ...]:
        """Return what was measured for a question, one value a seed; () when its test was not run."""
        measured = self.tests.get(question.split(".")[0])
        return () if measured is None else measured.effects.get(question, ())


def ledger_to_dict(ledger: Ledger) -> dict[str, Any]:
    """Return plain values for JSON, to six digits; what is not finite is null."""
    return {
        "provenance": dict(ledger.provenance),
        "tests": {
            name: {
                "seeds": list(each.seeds),
                "seconds": round(each.seconds, 2),
                "effects": {key: [_plain(x) for x in values] for key, values in each.effects.items()},
            }
            for name, each in ledger.tests.items()
        },
    }


def ledger_from_dict(data: Any) -> Ledger:  # noqa: ANN401 - it comes from a file
    """Rebuild a Ledger; raises InputError when a part is missing or the numbers do not fit the seeds."""
    try:
        tests = {str(name): _measured(str(name), part) for name, part in data["tests"].items()}
        if len(tests) > _MOST:
            raise ValueError(len(tests))
        return Ledger(tests, dict(data["provenance"]))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError("a ledger needs tests with seeds, seconds and effects, and a provenance") from error


def load_ledger(path: Path) -> Ledger:
    """Read a ledger; raises InputError when the file is none of ours."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path.name} is not a bnviz ledger") from error
    return ledger_from_dict(data)


def save_ledger(ledger: Ledger, path: Path) -> None:
    """Write a ledger as JSON, whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(ledger_to_dict(ledger), indent=1) + "\n", encoding="utf-8")
    part.replace(path)


def _measured(name: str, part: Mapping[str, Any]) -> Measured:
    seeds = tuple(int(seed) for seed in part["seeds"])
    effects = {
        str(key): tuple(math.nan if x is None else float(x) for x in values) for key, values in part["effects"].items()
    }
    named = all(_NAME.fullmatch(key) and key.split(".")[0] == name for key in effects)
    if not named or len(effects) > _MOST or any(len(values) != len(seeds) for values in effects.values()):
        raise ValueError(name)
    return Measured(name, seeds, effects, float(part["seconds"]))


def _plain(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None
