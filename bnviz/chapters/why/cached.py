"""Recorded studies, cached checks and small runs of the page "Why it works"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from bnviz.chapters.why import recipes
from bnviz.chapters.why.findings import NOISE, SHIFT, SMOOTH, ArmComparison, Finding, findings
from bnviz.chapters.why.identity_in_net import identity_in_net
from bnviz.chapters.why.phase_answers import phase_answer
from bnviz.chapters.why.recipes import LIVE_ARMS, MAX_LIVE_ARMS, kind, recorded
from bnviz.chapters.why.results import GradientIdentity
from bnviz.chapters.why.study import ShiftStudy
from bnviz.progress import ProgressCallback
from bnviz.ui.tasks import paced

NETS = ("figure1", "vgg", "vgg_slow")
LINEARS = ("linear", "linear_slow")
TRAINED = (0, 20, 100, 300)
BATCHES = (8, 20, 60, 250, 1000)
EPSILONS = (0.0, 1e-5, 1e-2, 1.0)
ARMS = LIVE_ARMS["figure1"]
MAX_ARMS = MAX_LIVE_ARMS
FIRST_LAYER = {"figure1": 3, "vgg": 5, "linear": 17}
"""The layer that is shown first, counted from 1; the paper shows layers 5 and 17, too."""

_HOUR = 3600


def study(scene: str) -> ShiftStudy:
    """Return a recorded study."""
    return recorded().studies[scene]


def provenance() -> dict[str, Any]:
    """Return the provenance of the recorded studies."""
    return recorded().provenance


def layers(scene: str) -> tuple[int, ...]:
    """Return the numbers of the layers that have a shift: from 2."""
    count = int(study(scene).values["l2"].shape[-1])
    return tuple(range(2, count + 1))


def hidden_layers(scene: str) -> tuple[int, ...]:
    """Return the numbers of the hidden layers of a scene: from 1."""
    return tuple(range(1, int(study(scene).values["l2"].shape[-1])))


def has_jump(scene: str) -> bool:
    """Say whether a scene measured how far the means of its units move in one update."""
    return "jump_mean" in study(scene).values


def group(scene: str) -> str:
    """Return the kind of a scene; scenes of one kind have the same layers."""
    return kind(scene)


def turned_more() -> str:
    """Return the arm of figure 1 whose gradients turn more in both phases, "batch" or "none"; else what the phases say.

    That is "depends" where the rule finds the phases to differ, else "open", which no guess is right about.
    """
    found = phase_answer(study("figure1"), "angle", ("before", "after"))
    return _more_of(_findings("figure1", SHIFT, "angle", "batch", "none")) if found.said == "same" else found.said


def noisy_learned() -> str:
    """Return the result of noisy BN in figure 1's network: "same" as BN, "between" BN and none, or "plain"."""
    if _findings("figure1", NOISE, "accuracy", "noisy", "batch")[0].verdict == "agrees":
        return "same"
    return "between" if _findings("figure1", NOISE, "learning", "noisy", "none")[0].direction == "higher" else "plain"


def rougher() -> str:
    """Return the arm with the larger loss range along the walk in all scenes and phases, or "depends"."""
    return _more_of([each for scene in NETS for each in _findings(scene, SMOOTH, "band", "batch", "none")])


def _more_of(found: list[Finding]) -> str:
    """Return the arm that has more before and after, in all findings, or "depends"."""
    directions = {each.direction for each in found if each.question.phase in ("before", "after")}
    return {"higher": "batch", "lower": "none"}.get("".join(sorted(directions)), "depends")


def _findings(scene: str, questions: tuple[ArmComparison, ...], *wanted: str) -> list[Finding]:
    """Return the findings about a quantity, an arm and its reference, one for each phase."""
    asked = tuple(q for q in questions if (q.quantity, q.arm, q.reference) == wanted)
    return list(findings(study(scene), asked))


@st.cache_data(max_entries=32, ttl=_HOUR, show_spinner=False)
def identity(steps: int, batch: int, eps: float) -> tuple[GradientIdentity, ...]:
    """Return the check of the identity (about 1 s for 300 updates)."""
    with paced():
        return identity_in_net(steps, batch, eps)


def live(scene: str, arms: tuple[str, ...]) -> Callable[[ProgressCallback], ShiftStudy]:
    """Return a function that runs a scene with fewer steps (some seconds)."""
    return lambda on_progress: recipes.run_live(scene, arms, 0, on_progress)
