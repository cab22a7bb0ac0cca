"""Studies as JSON: read back with every part checked, since a file may come from anywhere."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

from bnviz.config import InputError, RunConfig, config_from_dict
from bnviz.files import read_from
from bnviz.studies.check import PARTS_OF_UNIT, Check
from bnviz.studies.records import Arm, Expectation, Published, StudyResult, UnitResult
from bnviz.studies.summary import MEASURES

FORMAT, VERSION = "bnviz-study", 1
MAX_BYTES = 4 * 2**20
MAX_ARMS, MAX_SEEDS, MAX_POINTS, MAX_EXTRAS, MAX_TEXTS = 64, 64, 1000, 200, 100
MAX_STEPS = 100_000_000


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
    return {name: _listed(getattr(unit, name)) for name in PARTS_OF_UNIT}


def save_study(result: StudyResult, target: str | os.PathLike[str]) -> None:
    """Write a study; beside the target first, so that no half file remains. One unit a line."""
    content = study_to_dict(result)
    units = content.pop("units")
    lines = ",\n  ".join(json.dumps(unit, allow_nan=False, separators=(",", ":")) for unit in units)
    head = json.dumps(content, allow_nan=False, indent=1).removesuffix("\n}")
    path = Path(target)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_text(f'{head},\n "units": [\n  {lines}\n ]\n}}\n', encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def load_study(source: str | os.PathLike[str] | BinaryIO | bytes, label: str | None = None) -> StudyResult:
    """Read a study.

    Args:
        source: a path, a binary file, or the bytes themselves.
        label: how messages call it; the file's name by default.

    Raises:
        InputError: not a study of ours, damaged, too large, or inconsistent, in one sentence.
    """
    return read_from(source, "study", label, _read)


def _read(file: BinaryIO, label: str) -> StudyResult:
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise InputError(f"{label}: found more than {MAX_BYTES // 2**20} MB, expected a bnviz study")
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{label}: found no JSON, expected a bnviz study") from error
    return study_from_dict(data, label)


def study_from_dict(data: Any, label: str = "the study") -> StudyResult:  # noqa: ANN401 - unchecked yet
    """Rebuild a StudyResult from plain values; raises InputError when a part is missing or wrong."""
    check = Check(label)
    study = check.mapping(data, "a study")
    if study.get("format") != FORMAT or study.get("version") != VERSION:
        found = f"format {study.get('format')!r:.40}, version {study.get('version')!r:.40}"
        raise InputError(f"{label}: found {found}, expected {FORMAT}, version {VERSION}")
    base = _guarded(label, lambda: config_from_dict(check.mapping(study.get("base"), "base")))
    arms = tuple(_arm(check, row, base) for row in check.rows(study.get("arms"), "arms", MAX_ARMS))
    names = {arm.name for arm in arms}
    if len(names) < max(1, len(arms)):
        raise InputError(f"{label}: found arms of equal names or none, expected at least one")
    seeds = tuple(check.whole(s, "seeds", 2**31) for s in check.rows(study.get("seeds"), "seeds", MAX_SEEDS))
    rows = check.rows(study.get("units"), "units", MAX_ARMS * MAX_SEEDS)
    units = tuple(unit_from_dict(row, label) for row in rows)
    wrong = [u for u in units if u.arm not in names or u.seed not in seeds]
    if wrong or len({(u.arm, u.seed) for u in units}) < len(units):
        raise InputError(f"{label}: found units of unknown arms or seeds or twice, expected one of each")
    return StudyResult(
        name=check.text(study.get("name"), "name"),
        base=base,
        arms=arms,
        seeds=seeds,
        steps=check.whole(study.get("steps"), "steps", MAX_STEPS),
        threshold=check.share(study.get("threshold"), "threshold"),
        chance=check.share(study.get("chance"), "chance"),
        units=units,
        expected=tuple(
            _expectation(check, row, names) for row in check.rows(study.get("expected"), "expected", MAX_TEXTS)
        ),
        published=tuple(_published(check, row) for row in check.rows(study.get("published"), "published", MAX_TEXTS)),
        provenance=check.provenance(study.get("provenance")),
    )


def unit_from_dict(data: Any, label: str = "the unit") -> UnitResult:  # noqa: ANN401 - unchecked yet
    """Rebuild a UnitResult from plain values; raises InputError when a part is missing or wrong."""
    check = Check(label)
    row = check.mapping(data, "a unit")
    steps = tuple(check.whole(s, "steps", MAX_STEPS) for s in check.rows(row.get("steps"), "steps", MAX_POINTS))
    if any(later <= earlier for earlier, later in pairwise(steps)):
        raise InputError(f"{label}: found steps that do not rise, expected rising ones")
    reached, diverged = row.get("steps_to_threshold"), row.get("diverged")
    return UnitResult(
        arm=check.text(row.get("arm"), "arm"),
        seed=check.whole(row.get("seed"), "seed", 2**31),
        key=check.text(row.get("key"), "key"),
        steps=steps,
        train_loss=check.curve(row, "train_loss", len(steps)),
        test_loss=check.curve(row, "test_loss", len(steps)),
        test_accuracy=check.curve(row, "test_accuracy", len(steps), share=True),
        final_train_accuracy=check.share_or_none(row, "final_train_accuracy"),
        final_test_accuracy=check.share_or_none(row, "final_test_accuracy"),
        best_test_accuracy=check.share_or_none(row, "best_test_accuracy"),
        steps_to_threshold=None if reached is None else check.whole(reached, "steps_to_threshold", MAX_STEPS),
        diverged=None if diverged is None else check.whole(diverged, "diverged", MAX_STEPS),
        seconds=check.number(row.get("seconds"), "seconds"),
        step_ms=None if row.get("step_ms") is None else check.number(row["step_ms"], "step_ms"),
        extras=check.extras(row.get("extras"), MAX_EXTRAS, MAX_POINTS),
    )


def significant(value: float, digits: int = 5) -> float:
    """Round to significant digits."""
    return float(f"{value:.{digits}g}")


def finite(value: float, digits: int = 5) -> float | None:
    """Round to significant digits; None when it is not finite."""
    return significant(value, digits) if math.isfinite(value) else None


def _arm(check: Check, row: Any, base: RunConfig) -> Arm:  # noqa: ANN401
    row = check.mapping(row, "an arm")
    changes = check.mapping(row.get("changes"), "changes")
    _guarded(check.label, lambda: base.with_fields(**changes))
    return Arm(
        check.text(row.get("name"), "name"), tuple(changes.items()), check.whole(row.get("steps"), "steps", MAX_STEPS)
    )


def _expectation(check: Check, row: Any, names: set[str]) -> Expectation:  # noqa: ANN401
    row = check.mapping(row, "an expectation")
    better, worse, measure = (check.text(row.get(name), name) for name in ("better", "worse", "measure"))
    against = check.text(row.get("against"), "against", shortest=0)
    for arm in (better, worse):
        if arm not in names and not (arm.endswith("*") and any(n.startswith(arm[:-1]) for n in names)):
            raise InputError(f"{check.label}: found an expectation of arm {arm!r:.80}, expected one of the arms")
    for name in (measure, against):
        if name and name not in MEASURES and not name.startswith("extra:"):
            raise InputError(f"{check.label}: found measure {name!r:.80}, expected {', '.join(MEASURES)} or extra:NAME")
    return Expectation(better, worse, measure, against)


def _published(check: Check, row: Any) -> Published:  # noqa: ANN401
    row = check.mapping(row, "a published number")
    return Published(
        check.text(row.get("arm"), "arm", shortest=0),
        check.text(row.get("what"), "what"),
        check.number(row.get("value"), "value"),
        check.text(row.get("unit"), "unit", shortest=0),
        check.text(row.get("source"), "source"),
    )


def _guarded(label: str, build: Any) -> Any:  # noqa: ANN401
    try:
        return build()
    except (InputError, TypeError) as error:
        raise InputError(f"{label}: {error}") from error


def _listed(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Mapping):
        return {key: _listed(part) for key, part in value.items()}
    return list(value) if isinstance(value, tuple) else value
