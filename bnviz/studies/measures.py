"""Measures of a study for figures and tables: values per seed, curves over the seeds, relative times."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bnviz.array_types import Floats
from bnviz.config import InputError
from bnviz.studies.records import StudyResult
from bnviz.studies.summary import MEASURES, Spread, spread, summarize

CURVES = ("test_accuracy", "test_loss", "train_loss")
SHARES = ("accuracy", "best", "train_accuracy", "gap", "test_accuracy")
"""Measures in 0..1, which figures and tables show in percent or points."""


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """A curve over the seeds of an arm.

    Attributes:
        steps: (T,), updates made.
        samples: (T,), training samples seen.
        mean: (T,), over the seeds; NaN where a seed has no finite value.
        low: (T,), smallest of the finite values; NaN where there is none.
        high: (T,), largest of the finite values; NaN where there is none.
    """

    steps: npt.NDArray[np.int64]
    samples: npt.NDArray[np.int64]
    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class MeasureSeries:
    """A measure over the values of one field, for one value of another field.

    Attributes:
        series: value of the other field, as text.
        arms: (X,), names, in the order of ``x``.
        x: (X,), values of the field, rising.
        values: per value of the field, one number per seed; empty where none is known.
    """

    series: str
    arms: tuple[str, ...]
    x: tuple[float, ...]
    values: tuple[tuple[float, ...], ...]


def seed_values(result: StudyResult, arm: str, measure: str) -> tuple[float, ...]:
    """Return a measure of an arm, one value per seed that has one.

    Args:
        result: the study.
        arm: one of its arms.
        measure: of ``MEASURES`` but "diverges" and "fails", or ``extra:NAME``. Shares stay in 0..1; a net
            that diverged has the accuracy of chance; one that never reached the threshold has no value.

    Raises:
        InputError: an unknown arm or measure.
    """
    if not measure.startswith("extra:") and measure not in set(MEASURES) - {"diverges", "fails"}:
        raise InputError(f"unknown measure {measure!r:.80}; known are {', '.join(MEASURES)} and extra:NAME")
    found = []
    for unit in result.of(arm):
        summary = summarize(replace(result, units=(unit,)), arm)
        if measure.startswith("extra:"):
            value = summary.extras.get(measure.removeprefix("extra:"))
        else:
            value = getattr(summary, measure)
        value = value.mean if isinstance(value, Spread) else value
        if isinstance(value, (int, float)) and math.isfinite(value):
            found.append(float(value))
    return tuple(found)


def over_seeds(result: StudyResult, arm: str, measure: str) -> Spread | None:
    """Return mean, standard deviation and range of ``seed_values``; None where no seed has a value."""
    return spread(seed_values(result, arm, measure))


def curve_band(result: StudyResult, arm: str, name: str) -> Band:
    """Return a curve of an arm over its seeds.

    Args:
        result: the study.
        arm: one of its arms.
        name: of ``CURVES``.

    Raises:
        InputError: an unknown arm or curve.
    """
    if name not in CURVES:
        raise InputError(f"unknown curve {name!r:.80}; known are {', '.join(CURVES)}")
    units = result.of(arm)
    steps = sorted({step for unit in units for step in unit.steps})
    values = np.full((len(units), len(steps)), np.nan)
    for row, unit in zip(values, units, strict=True):
        known = dict(zip(unit.steps, getattr(unit, name), strict=True))
        row[:] = [math.nan if known.get(step) is None else known[step] for step in steps]
    finite = np.isfinite(values)
    low = np.where(finite, values, np.inf).min(0, initial=np.inf)
    high = np.where(finite, values, -np.inf).max(0, initial=-np.inf)
    none = ~finite.any(0)
    low[none] = high[none] = np.nan
    places = np.asarray(steps, np.int64)
    mean = values.mean(0) if len(values) else np.full(len(steps), np.nan)
    return Band(places, places * result.config(arm).batch_size, mean, low, high)


def sweeps(result: StudyResult, field: str, split: str, measure: str) -> tuple[MeasureSeries, ...]:
    """Return a measure over the values of one field, one series per value of another.

    Args:
        result: the study.
        field: field of the recipe whose values are numbers ("batch_size").
        split: field of the recipe with one series per value ("norm").
        measure: see ``seed_values``.
    """
    names: dict[str, list[tuple[float, str]]] = {}
    for arm in result.arms:
        config = result.config(arm.name)
        names.setdefault(str(getattr(config, split)), []).append((float(getattr(config, field)), arm.name))
    return tuple(
        MeasureSeries(
            series,
            tuple(name for _, name in sorted(rows)),
            tuple(x for x, _ in sorted(rows)),
            tuple(seed_values(result, name, measure) for _, name in sorted(rows)),
        )
        for series, rows in names.items()
    )


def time_ratio(result: StudyResult, arm: str, reference: str) -> float | None:
    """Return the time of an arm's step over that of a reference arm's; None where one is not known."""
    ours, theirs = over_seeds(result, arm, "step_ms"), over_seeds(result, reference, "step_ms")
    return ours.mean / theirs.mean if ours and theirs and theirs.mean else None


def limits(result: StudyResult, measure: str, arms: Sequence[str] = ()) -> tuple[float, float]:
    """Return smallest and largest value of a measure over all seeds of some arms (all by default).

    Raises:
        InputError: none of them has a value.
    """
    names = arms or [arm.name for arm in result.arms]
    known = [value for name in names for value in seed_values(result, name, measure)]
    if not known:
        raise InputError(f"study {result.name} has no value of {measure}")
    return min(known), max(known)
