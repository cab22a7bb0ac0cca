"""The measurements of the ledger's tests, one value per seed and question, and their file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from bnviz.config import InputError
from bnviz.files.typed_json import Number, convert, decode
from bnviz.files.write import atomic
from bnviz.ledger.former_names import FORMER_NAMES

_MAX_TESTS = 200
_TestName = Annotated[str, Meta(pattern=r"^[A-Z]\d{1,2}$")]
_QuestionName = Annotated[str, Meta(pattern=r"^[A-Z]\d{1,2}(\.[a-z][a-z0-9_]*)?$")]


@dataclass(frozen=True, slots=True)
class Measured:
    """One test over several seeds.

    Attributes:
        test: its id, "E1".
        seeds: (S,).
        effects: by question ("E1.speedup_to_90"), one value per seed; NaN where a run gave none.
        seconds: wall time of all seeds together.
    """

    test: str
    seeds: tuple[int, ...]
    effects: Mapping[str, tuple[float, ...]]
    seconds: float


@dataclass(frozen=True, slots=True)
class Ledger:
    """All tests that were run, by id, and their provenance."""

    tests: Mapping[str, Measured]
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def values(self, question: str) -> tuple[float, ...]:
        """Return what was measured for a question, one value per seed; () when its test was not run."""
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


def ledger_from_dict(data: object, label: str = "the ledger") -> Ledger:
    """Rebuild a Ledger; raises InputError when a part is missing or the numbers do not fit the seeds."""
    return _ledger(convert(data, _LedgerFile, label, "a ledger of claims"))


def load_ledger(path: Path) -> Ledger:
    """Read a ledger; raises InputError when the file is not one of bnviz."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path.name} is not a bnviz ledger") from error
    return _ledger(decode(content, _LedgerFile, f"{path.name} is not a bnviz ledger", "a ledger of claims"))


def save_ledger(ledger: Ledger, path: Path) -> None:
    """Write a ledger as JSON, whole or not at all."""
    with atomic(path) as file:
        file.write_text(json.dumps(ledger_to_dict(ledger), indent=1) + "\n", encoding="utf-8")


class _TestFile(msgspec.Struct, frozen=True):
    """One test in a file; what is not finite is null."""

    seeds: tuple[int, ...]
    seconds: Number
    effects: Annotated[dict[_QuestionName, tuple[Number | None, ...]], Meta(max_length=_MAX_TESTS)]

    def __post_init__(self) -> None:
        for name, values in self.effects.items():
            if len(values) != len(self.seeds):
                raise ValueError(f"{name} has {len(values)} values for {len(self.seeds)} seeds")


class _LedgerFile(msgspec.Struct, frozen=True):
    """A file."""

    tests: Annotated[dict[_TestName, _TestFile], Meta(max_length=_MAX_TESTS)]
    provenance: dict[str, Any]

    def __post_init__(self) -> None:
        for test, part in self.tests.items():
            for name in part.effects:
                if name.split(".")[0] != test:
                    raise ValueError(f"{name} is no question of test {test}")


def _ledger(file: _LedgerFile) -> Ledger:
    tests = {
        name: Measured(
            name,
            part.seeds,
            {
                FORMER_NAMES.get(question, question): tuple(math.nan if x is None else x for x in values)
                for question, values in part.effects.items()
            },
            part.seconds,
        )
        for name, part in file.tests.items()
    }
    return Ledger(tests, file.provenance)


def _plain(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None
