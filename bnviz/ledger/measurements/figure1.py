"""Tests on the net of figure 1 of the paper in small: E1, E12, E13, E14, and the planes of E15."""

from __future__ import annotations

import math

import numpy as np

from bnviz.api.surface import surface_result
from bnviz.chapters.why.findings import ArmComparison, change
from bnviz.chapters.why.phases import Phase
from bnviz.chapters.why.recipes import STEPS
from bnviz.chapters.why.study import ShiftStudy, shift_study
from bnviz.config import PRESETS, Experiment, RunConfig
from bnviz.ledger.claim_test import Asked, Effects, claim_test, points, train_arms, update_ratio
from bnviz.ledger.shared import shared

_NET = PRESETS["figure1"]
_TIMES = (0, 2, 8, 30, 80, 150, 250, 400)
_WHOLE = STEPS["figure1"]
"""Moments of a run past the plateau, which the net without BN leaves at about 250: those of *Why it works*."""

_PHASES: tuple[Phase, ...] = ("before", "after")
_STEPS = 1200


@shared
def _runs(seed: int) -> ShiftStudy:
    return shift_study(_NET, ("none", "batch", "noisy"), (seed,), _TIMES)


@shared
def _whole_runs(seed: int) -> ShiftStudy:
    return shift_study(_NET, ("none", "batch"), (seed,), _WHOLE)


def _change(seed: int, quantity: str, arm: str, reference: str) -> float:
    return float(change(_runs(seed), ArmComparison(quantity, arm, reference))[0])


def _in_phase(seed: int, quantity: str, phase: Phase) -> float:
    """Return a quantity without BN over with BN, in one phase of ``phases.pairs``."""
    return float(change(_whole_runs(seed), ArmComparison(quantity, "none", "batch", phase=phase))[0])


def figure1(seed: int) -> Effects:
    """E1: updates to 90 % of the test images; movement of the units' means, the shift of Ioffe & Szegedy 2015."""
    runs = train_arms(_NET, {"none": (("norm", "none"),), "batch": (("norm", "batch"),)}, _STEPS, seed, evaluations=60)
    return {
        "speedup_to_90": update_ratio(runs["none"], runs["batch"], _STEPS),
        "mean_drift_without_bn": float(np.nanmean(_whole_runs(seed).of("none", "drift_mean")[0, 1:])),
        **{f"update_drift_{phase}": _in_phase(seed, "jump", phase) for phase in _PHASES},
        **{f"batch_drift_{phase}": _in_phase(seed, "batch_jump", phase) for phase in _PHASES},
        **{f"drift_{phase}": _in_phase(seed, "drift", phase) for phase in _PHASES},
    }


def noisy(seed: int) -> Effects:
    """E12: accuracy after 400 updates with noise after BN, against nets without BN and with BN."""
    jump = _change(seed, "jump", "noisy", "none")
    gain = _change(seed, "accuracy", "noisy", "none")
    return {
        "jump_ratio": jump,
        "noisy_gain": gain if jump > 1 else math.nan,
        "noise_cost": _change(seed, "refreshed", "batch", "noisy") if jump > 1 else math.nan,
    }


def shift(seed: int) -> Effects:
    """E13: covariate shift of Santurkar et al. 2018, def. 2.1, without BN over with BN."""
    names = {"angle": "angle", "displacement": "l2", "relative": "relative"}
    return {f"{part}_{phase}": _in_phase(seed, name, phase) for part, name in names.items() for phase in _PHASES}


def smooth(seed: int) -> Effects:
    """E14: range of the loss and change of the gradient along the gradient, without BN over with BN."""
    return {
        "loss_range_ratio": _change(seed, "band", "none", "batch"),
        "gradient_change_ratio": _change(seed, "change", "none", "batch"),
    }


def planes(seed: int) -> Effects:
    """E15: how rough twins look on two planes through the same weights, and with other BN statistics."""
    twins = Experiment(RunConfig(depth=3, width=64, activation="tanh", lr=0.1, seed=seed, device="cpu"))
    drawn = [
        surface_result(twins, 60, 9, stats, plane, 100).loss.astype(np.float64)
        for plane, stats in (("random", "batch"), ("pca", "batch"), ("random", "running"))
    ]
    spread = [np.nanmax(loss, (1, 2)) - np.nanmin(loss, (1, 2)) for loss in drawn]
    rougher = [float(each[0] / each[1]) for each in spread]
    return {
        "plane_disagreement": rougher[0] / rougher[1] - 1,
        "statistics_disagreement": float(spread[2][1] / spread[0][1]) - 1,
    }


@shared
def deep_sigmoid(seed: int) -> tuple[float, float]:
    """Return points of test accuracy that BN before and after six sigmoid layers adds within 250 updates."""
    arms = {"none": (("norm", "none"),), "before": (), "after": (("norm_position", "after"),)}
    runs = train_arms(RunConfig(width=64, batch_size=64), arms, 250, seed, evaluations=1)
    before, after = (
        points(runs[arm].final_test_accuracy, runs["none"].final_test_accuracy) for arm in ("before", "after")
    )
    return before, after


_LESS: Asked = ("ratio", 1.0, "times")
"""Without BN over with BN: above 1, less with BN."""

TESTS = (
    claim_test(
        "E1",
        figure1,
        speedup_to_90=("ratio", 1, "times"),
        mean_drift_without_bn=("more", 0.1, "deviations"),
        **{f"{name}_{phase}": _LESS for name in ("update_drift", "batch_drift", "drift") for phase in _PHASES},
    ),
    claim_test(
        "E12",
        noisy,
        jump_ratio=("ratio", 1, "times"),
        noisy_gain=("more", 0, "points"),
        noise_cost=("more", 1, "points"),
    ),
    claim_test(
        "E13",
        shift,
        **{f"{name}_{phase}": _LESS for name in ("angle", "displacement", "relative") for phase in _PHASES},
    ),
    claim_test("E14", smooth, loss_range_ratio=("ratio", 1, "times"), gradient_change_ratio=("ratio", 1, "times")),
    claim_test(
        "E15", planes, plane_disagreement=("within", 0.1, "share"), statistics_disagreement=("within", 0.1, "share")
    ),
)
