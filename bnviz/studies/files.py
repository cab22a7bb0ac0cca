"""Studies as JSON files: msgspec checks every part, since a file may come from an unknown source."""

from __future__ import annotations

import json
import math
import os
from dataclasses import asdict
from typing import Annotated, Any, BinaryIO

import msgspec
from msgspec import Meta

from bnviz.config import InputError, RunConfig, config_from_dict
from bnviz.files import read_from
from bnviz.files.learned_types import learn
from bnviz.files.typed_json import Fact, Name, Share, convert, decode
from bnviz.files.write import atomic
from bnviz.studies.records import Arm, Expectation, Published, Seed, Steps, StudyResult, UnitResult
from bnviz.studies.summary import MEASURES

FORMAT, VERSION = "bnviz-study", 1
MAX_BYTES = 4 * 2**20
MAX_ARMS, MAX_SEEDS, MAX_TEXTS, MAX_FACTS = 64, 64, 100, 40
_EXPECTED = "a bnviz study"
_Facts = Annotated[dict[Name, Fact], Meta(max_length=MAX_FACTS)]


class _ArmFile(msgspec.Struct, frozen=True):
    """An arm in a file."""

    name: Name
    changes: dict[str, Any]
    steps: Steps


class _StudyFile(msgspec.Struct, frozen=True):
    """A file."""

    name: Name
    base: dict[str, Any]
    arms: Annotated[tuple[_ArmFile, ...], Meta(min_length=1, max_length=MAX_ARMS)]
    seeds: Annotated[tuple[Seed, ...], Meta(max_length=MAX_SEEDS)]
    steps: Steps
    threshold: Share
    chance: Share
    units: Annotated[tuple[UnitResult, ...], Meta(max_length=MAX_ARMS * MAX_SEEDS)]
    expected: Annotated[tuple[Expectation, ...], Meta(max_length=MAX_TEXTS)]
    published: Annotated[tuple[Published, ...], Meta(max_length=MAX_TEXTS)]
    provenance: dict[str, Any]

    def __post_init__(self) -> None:
        names = {arm.name for arm in self.arms}
        if len(names) < len(self.arms):
            raise ValueError("expected arms of different names")
        for unit in self.units:
            if unit.arm not in names or unit.seed not in self.seeds:
                raise ValueError(f"found a unit of an unknown arm or seed: {unit.arm!r:.80}, {unit.seed}")
        if len({(unit.arm, unit.seed) for unit in self.units}) < len(self.units):
            raise ValueError("found the same unit twice")
        for expectation in self.expected:
            _check_expectation(expectation, names)
        _check_provenance(self.provenance)


def _check_provenance(provenance: dict[str, Any]) -> None:
    """Accept facts, and groups of facts one level deep.

    The two are checked apart: msgspec 0.22 corrupts memory on a union of constrained text and an object.
    """
    grouped = Annotated[dict[Name, _Facts], Meta(max_length=MAX_FACTS)]
    learn(_Facts)
    learn(grouped)
    groups = {name: part for name, part in provenance.items() if isinstance(part, dict)}
    msgspec.convert({name: part for name, part in provenance.items() if name not in groups}, _Facts)
    msgspec.convert(groups, grouped)


def _check_expectation(expectation: Expectation, names: set[str]) -> None:
    for arm in (expectation.better, expectation.worse):
        if arm not in names and not (arm.endswith("*") and any(name.startswith(arm[:-1]) for name in names)):
            raise ValueError(f"found an expectation of arm {arm!r:.80}, expected one of the arms")
    for name in (expectation.measure, expectation.against):
        if name and name not in MEASURES and not name.startswith("extra:"):
            raise ValueError(f"found measure {name!r:.80}, expected {', '.join(MEASURES)} or extra:NAME")


def study_to_dict(result: StudyResult) -> dict[str, Any]:
    """Return a study in plain values, ready for JSON."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": result.name,
        "base": result.base.to_dict(),
        "arms": [{"name": a.name, "changes": dict(a.changes), "steps": a.steps} for a in result.arms],
        "seeds": list(result.seeds),
        "steps": result.steps,
        "threshold": result.threshold,
        "chance": significant(result.chance),
        "expected": [asdict(expectation) for expectation in result.expected],
        "published": [asdict(number) for number in result.published],
        "provenance": dict(result.provenance),
        "units": [unit_to_dict(unit) for unit in result.units],
    }


def unit_to_dict(unit: UnitResult) -> dict[str, Any]:
    """Return a unit in plain values, ready for JSON."""
    plain: dict[str, Any] = msgspec.to_builtins(unit)
    return plain


def save_study(result: StudyResult, target: str | os.PathLike[str]) -> None:
    """Write a study whole or not at all, one unit per line."""
    content = study_to_dict(result)
    units = content.pop("units")
    lines = ",\n  ".join(json.dumps(unit, allow_nan=False, separators=(",", ":")) for unit in units)
    head = json.dumps(content, allow_nan=False, indent=1).removesuffix("\n}")
    with atomic(target) as file:
        file.write_text(f'{head},\n "units": [\n  {lines}\n ]\n}}\n', encoding="utf-8")


def load_study(source: str | os.PathLike[str] | BinaryIO | bytes, label: str | None = None) -> StudyResult:
    """Read a study.

    Args:
        source: a path, a binary file, or the bytes themselves.
        label: name of the file in error messages; the file's name by default.

    Raises:
        InputError: not a bnviz study, damaged, too large, or inconsistent, in one sentence.
    """
    return read_from(source, "study", label, _read)


def _read(file: BinaryIO, label: str) -> StudyResult:
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise InputError(f"{label}: found more than {MAX_BYTES // 2**20} MB, expected a bnviz study")
    return study_from_dict(decode(content, Any, label, _EXPECTED), label)


def study_from_dict(data: Any, label: str = "the study") -> StudyResult:  # noqa: ANN401 - unchecked yet
    """Rebuild a StudyResult from plain values; raises InputError when a part is missing or wrong."""
    if not isinstance(data, dict):
        raise InputError(f"{label}: found {type(data).__name__}, expected an object with a bnviz study")
    if data.get("format") != FORMAT or data.get("version") != VERSION:
        found = f"format {data.get('format')!r:.40}, version {data.get('version')!r:.40}"
        raise InputError(f"{label}: found {found}, expected {FORMAT}, version {VERSION}")
    file = convert(data, _StudyFile, label, _EXPECTED)
    try:
        base = config_from_dict(file.base)
        arms = tuple(_arm(arm, base) for arm in file.arms)
    except (InputError, TypeError) as error:
        raise InputError(f"{label}: {error}") from error
    return StudyResult(
        name=file.name,
        base=base,
        arms=arms,
        seeds=file.seeds,
        steps=file.steps,
        threshold=file.threshold,
        chance=file.chance,
        units=file.units,
        expected=file.expected,
        published=file.published,
        provenance=file.provenance,
    )


def _arm(arm: _ArmFile, base: RunConfig) -> Arm:
    base.with_fields(**arm.changes)  # raises where a change is not accepted
    return Arm(arm.name, tuple(arm.changes.items()), arm.steps)


def unit_from_dict(data: object, label: str = "the unit") -> UnitResult:
    """Rebuild a UnitResult from plain values; raises InputError when a part is missing or wrong."""
    return convert(data, UnitResult, label, "a unit of a study")


def significant(value: float, digits: int = 5) -> float:
    """Round to significant digits."""
    return float(f"{value:.{digits}g}")


def finite(value: float, digits: int = 5) -> float | None:
    """Round to significant digits; None when it is not finite."""
    return significant(value, digits) if math.isfinite(value) else None
