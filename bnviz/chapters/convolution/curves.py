"""Learning curves as plain values, and the arms that differ in the layers and the first step of BN."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bnviz.chapters.convolution.results import NEVER, START, ArmCurve
from bnviz.config import Changes, InputError
from bnviz.studies.records import StudyResult
from bnviz.studies.verdicts import resolve


def inserted_at(step: int) -> str:
    """Return the name of the arm that gets BN at a step."""
    return f"from{step}"


def normed_at(layers: Sequence[int], depth: int) -> str:
    """Return the name of the arm with BN at some of ``depth`` layers; no layer is "never", all are "start"."""
    chosen = sorted(set(layers))
    if not chosen or len(chosen) == depth:
        return START if chosen else NEVER
    return "at" + ".".join(map(str, chosen))


def changes_of(arm: str) -> Changes:
    """Return the changes of an arm by its name: "never", "start", "from100" or "at1.3".

    Raises:
        InputError: another name.
    """
    if arm in (NEVER, START):
        return (("norm", "none" if arm == NEVER else "batch"),)
    if arm.startswith("from") and arm[4:].isdigit():
        return (("norm", "batch"), ("norm_from", int(arm[4:])))
    if arm.startswith("at"):
        return (("norm", "batch"), ("norm_at", arm[2:]))
    raise InputError(f"an arm is {NEVER}, {START}, from<step> or at<layers>, got {arm!r:.40}")


def curve_to_dict(curve: ArmCurve) -> dict[str, Any]:
    """Return the plain values of a curve, for JSON."""
    if not np.isfinite(curve.losses).all():
        raise InputError(f"arm {curve.arm} diverged; a recording holds finite numbers")
    return {
        "arm": curve.arm,
        "seed": curve.seed,
        "steps": curve.steps.tolist(),
        "losses": np.round(curve.losses, 4).tolist(),
        "tested": curve.tested.tolist(),
        "accuracy": np.round(curve.accuracy, 4).tolist(),
    }


def curve_from_dict(data: Mapping[str, Any]) -> ArmCurve:
    """Return the curve of plain values; raises InputError when a part is missing or lengths do not agree."""
    try:
        steps, losses, accuracy = (np.asarray(data[key], float) for key in ("steps", "losses", "accuracy"))
        tested = np.asarray(data["tested"], np.int64)
        curve = ArmCurve(str(data["arm"]), int(data["seed"]), steps, losses, tested, accuracy)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError("a curve needs arm, seed, steps, losses, tested and accuracy") from error
    changes_of(curve.arm)
    fits = steps.shape == losses.shape and tested.shape == accuracy.shape and steps.ndim == tested.ndim == 1
    if not fits or not len(tested) or not all(map(math.isfinite, (*losses, *accuracy))):
        raise InputError("a curve needs as many finite losses as steps, and accuracies as tests")
    return curve


RECIPES = ("shared", "best")


def pair_of(result: StudyResult, recipe: str) -> tuple[str, str] | None:
    """Return the arms (without BN, with BN) that a recipe compares, by the expectations of the study.

    Args:
        result: the study.
        recipe: "shared" (the same learning rate for both) or "best" (each at the rate of its highest mean
            accuracy: an expectation whose arm names end with ``*``).

    Returns:
        The names of the two arms, or None when the study compares no such arms.
    """
    for expectation in result.expected:
        chosen = expectation.worse.endswith("*") and expectation.better.endswith("*")
        if expectation.worse != expectation.better and chosen == (recipe == "best"):
            pair = resolve(result, expectation.worse), resolve(result, expectation.better)
            without, with_bn = map(result.config, pair)
            if chosen or without == with_bn.with_fields(norm="none"):
                return pair
    return None


def is_sweep_of_rates(result: StudyResult) -> bool:
    """Return whether the arms are the same network with and without BN at several learning rates, and nothing else."""
    configs = [result.config(arm.name) for arm in result.arms]
    nets = {each.with_fields(lr=1.0, norm="none") for each in configs}
    return len(nets) == 1 and len({each.lr for each in configs}) > 1
