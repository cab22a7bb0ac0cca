"""What the page on training and inference asks for, kept for a while."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.inference import statistics_study as inference_study
from bnviz.chapters.inference import trained_net as inference
from bnviz.chapters.inference.folding import Folding
from bnviz.chapters.inference.results import Chase, Repair, StatisticsStudy
from bnviz.chapters.inference.running_stats import Unbiased, measure_noise_left, noise_left, unbiased
from bnviz.norms.momentum import to_keras

__all__ = [
    "Chase",
    "StatisticsStudy",
    "accident",
    "answers_alone",
    "asked",
    "chase",
    "folding",
    "noise",
    "study",
    "to_torch",
    "variance",
]

_HOUR = 3600
SLOW = 0.01
"""PyTorch's momentum that Keras' default amounts to."""


@st.cache_resource(max_entries=6, ttl=_HOUR, show_spinner=False)
def trained(steps: int = inference.STEPS, momentum: float = 0.1) -> inference.TrainedNet:
    """Return the trained net; everybody shares it and nobody writes to it (0.5 s)."""
    return inference.trained_net(steps, momentum)


@st.cache_data(max_entries=inference.IMAGES, ttl=_HOUR, show_spinner=False)
def asked(image: int) -> inference.Asked:
    """Return what the net answers for an image (from 1) in many batches (0.4 s)."""
    return inference.ask(trained(), image - 1)


@st.cache_data(max_entries=1, ttl=_HOUR, show_spinner=False)
def answers_alone() -> int:
    """Return how many different probabilities images get that are alone in their batch."""
    return inference.answers_alone(trained())


@st.cache_data(max_entries=64, ttl=_HOUR, show_spinner=False)
def chase(batch_size: int, momentum: float) -> Chase:
    """Return a running mean behind its batch means."""
    return inference.chase_unit(trained(), batch_size, momentum)


@st.cache_data(max_entries=16, ttl=_HOUR, show_spinner=False)
def noise(momentum: float) -> tuple[float, float]:
    """Return the share of the batch means' noise that a running mean keeps: formula, measured."""
    return noise_left(momentum), measure_noise_left(momentum)


@st.cache_data(max_entries=32, ttl=_HOUR, show_spinner=False)
def variance(batch_size: int) -> Unbiased:
    """Return the mean of both variances over many batches."""
    return unbiased(batch_size)


@st.cache_data(max_entries=48, ttl=_HOUR, show_spinner=False)
def accident(kind: str, amount: float, passes: int = 0) -> Repair:
    """Break the net ("bright", "few" or "small") and repair it.

    Args:
        kind: which accident.
        amount: brightness, steps or batch size.
        passes: batches seen, for "small".
    """
    if kind == "bright":
        return inference.shifted_data(trained(), amount)
    if kind == "few":
        return inference.too_few_steps(trained(int(amount), SLOW))
    return inference.small_batches(trained(), int(amount), passes)


@st.cache_data(max_entries=1, ttl=_HOUR, show_spinner=False)
def folding() -> Folding:
    """Return the net beside its folded copy."""
    return inference.fold(trained())


def study() -> StatisticsStudy:
    """Return the recorded study of statistics."""
    return inference_study.recorded_study()


def to_torch(momentum: float, convention: str) -> float:
    """Return PyTorch's momentum for a number in a convention ("pytorch" or "keras")."""
    return to_keras(momentum) if convention == "keras" else momentum
