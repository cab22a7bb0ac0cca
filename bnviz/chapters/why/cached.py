"""What the page "Why it works" asks for, kept for a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from bnviz.chapters.why import recipes
from bnviz.chapters.why.findings import NOISE, SHIFT, SMOOTH, ArmComparison, Finding, answer, change
from bnviz.chapters.why.identity_in_net import identity_in_net
from bnviz.chapters.why.recipes import LIVE_ARMS, MOST_LIVE, kind, recorded
from bnviz.chapters.why.results import GradientIdentity
from bnviz.chapters.why.study import ShiftStudy

NETS = ("figure1", "vgg", "vgg_slow")
LINEARS = ("linear", "linear_slow")
TRAINED = (0, 20, 100, 300)
BATCHES = (8, 20, 60, 250, 1000)
EPSILONS = (0.0, 1e-5, 1e-2, 1.0)
ARMS = LIVE_ARMS["figure1"]
MOST = MOST_LIVE
FIRST_LAYER = {"figure1": 3, "vgg": 5, "linear": 17}
"""The layer that is shown at first, counted from 1; 5 and 17 are among those that the paper shows."""

_HOUR = 3600


def study(scene: str) -> ShiftStudy:
    """Return a recorded study."""
    return recorded().studies[scene]


def provenance() -> dict[str, Any]:
    """Return where the recorded studies come from."""
    return recorded().provenance


def layers(scene: str) -> tuple[int, ...]:
    """Return the layers that have a shift, counted from 1: all but the first."""
    count = int(study(scene).values["l2"].shape[-1])
    return tuple(range(2, count + 1))


def hidden_layers(scene: str) -> tuple[int, ...]:
    """Return the hidden layers of a scene, counted from 1."""
    return tuple(range(1, int(study(scene).values["l2"].shape[-1])))


def group(scene: str) -> str:
    """Return the kind of a scene, whose layers have the same numbers."""
    return kind(scene)


def turned_more() -> str:
    """Return in which net of figure 1 gradients turn more in every recorded seed: batch, none or unclear."""
    return {"higher": "batch", "lower": "none", "mixed": "unclear"}[
        _asked("figure1", SHIFT, "angle", "batch", "none").direction
    ]


def noisy_learned() -> str:
    """Return how noisy BN ended on figure 1's net: "same" as BN, "between" BN and none, or "plain"."""
    if _asked("figure1", NOISE, "accuracy", "noisy", "batch").verdict == "agrees":
        return "same"
    return "between" if _asked("figure1", NOISE, "learning", "noisy", "none").direction == "higher" else "plain"


def rougher() -> str:
    """Return where the loss varied more along the walk in all scenes: "none" or "batch", else "depends"."""
    directions = {_asked(scene, SMOOTH, "band", "batch", "none").direction for scene in NETS}
    if len(directions) > 1:
        return "depends"
    return {"lower": "none", "higher": "batch", "mixed": "depends"}[directions.pop()]


def _asked(scene: str, questions: tuple[ArmComparison, ...], *wanted: str) -> Finding:
    """Return the finding about a quantity, an arm and its reference."""
    question = next(q for q in questions if (q.quantity, q.arm, q.reference) == wanted)
    return answer(question, change(study(scene), question))


@st.cache_data(max_entries=32, ttl=_HOUR, show_spinner=False)
def identity(steps: int, batch: int, eps: float) -> tuple[GradientIdentity, ...]:
    """Return the check of the identity (about 1 s for 300 updates)."""
    return identity_in_net(steps, batch, eps)


def live(scene: str, arms: tuple[str, ...]) -> Callable[[Callable[[int, int], None]], ShiftStudy]:
    """Return what runs a scene in small (some seconds)."""
    return lambda progress: recipes.live_study(scene, arms, 0, progress)
