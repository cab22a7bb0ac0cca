"""A cure is applied to a patient: really, and examined on the way."""

from __future__ import annotations

import math
from typing import Any

from bnviz.array_types import Floats
from bnviz.chapters.clinic.cures import CURES
from bnviz.chapters.clinic.examine import examine
from bnviz.chapters.clinic.patients import TOLERANCE, Patient
from bnviz.chapters.clinic.recorded import brought_in, recorded
from bnviz.chapters.clinic.results import Course, Examination, LayerState, Moment


def treat(patient: Patient, cure: str) -> Course:
    """Apply one of a patient's cures to its net as it was brought in; raises KeyError for a cure it is not offered."""
    if cure not in patient.cures:
        raise KeyError(cure)
    apply, unit = CURES[cure]
    case = brought_in(patient.name)
    moments = [Moment(0, examine(case))]
    moments += [Moment(at, examine(case)) for at in apply(case)]
    goal = float(recorded()["patients"][patient.name]["goal"])
    return Course(patient.name, cure, unit, tuple(moments), goal, moments[-1].found.served >= goal - TOLERANCE)


def plain_course(course: Course) -> dict[str, Any]:
    """Return a course as plain values for the browser."""
    return {
        "patient": course.patient,
        "cure": course.cure,
        "unit": course.unit,
        "moments": [{"at": moment.at, **plain(moment.found)} for moment in course.moments],
        "goal": course.goal,
        "healed": course.healed,
    }


def plain(found: Examination) -> dict[str, Any]:
    """Return an examination as plain values; None stands for what is not finite."""
    return {
        "batch": round(found.batch, 4),
        "served": round(found.served, 4),
        "train": round(found.train, 4),
        "uses_batch": found.uses_batch,
        "size": found.size,
        "by_class": found.by_class,
        "layers": [_plain_layer(layer) for layer in found.layers],
    }


def _plain_layer(layer: LayerState) -> dict[str, Any]:
    return {
        "name": layer.name,
        "m": _short(layer.batch_mean),
        "v": _short(layer.batch_var),
        "rm": None if layer.mean is None else _short(layer.mean),
        "rv": None if layer.var is None else _short(layer.var),
        "eps": layer.eps,
    }


def _short(values: Floats) -> list[float | None]:
    """Four digits of each number."""
    return [float(f"{value:.4g}") if math.isfinite(value) else None for value in values.tolist()]
