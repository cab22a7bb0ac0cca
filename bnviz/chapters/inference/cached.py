"""Results of the chapter on training and inference, cached: an equal question is not computed twice."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.inference import running_stats, trained_net
from bnviz.chapters.inference.results import (
    FoldedComparison,
    ImageInBatches,
    Recalibration,
    RunningMeanTrace,
    VarianceEstimates,
)
from bnviz.ui.tasks import paced

_HOUR = 3600
SLOW = 0.01
"""PyTorch's momentum that equals Keras' default, 0.99."""


@st.cache_resource(max_entries=6, ttl=_HOUR, show_spinner=False)
def trained(n_steps: int = trained_net.STEPS, momentum: float = 0.1) -> trained_net.TrainedNet:
    """Return the trained net, which all visitors share and no code changes (0.5 s)."""
    with paced():
        return trained_net.trained_net(n_steps, momentum)


@st.cache_data(max_entries=trained_net.IMAGES, ttl=_HOUR, show_spinner=False)
def image_in_batches(image: int) -> ImageInBatches:
    """Return the predictions for an image (from 1) in many batches (0.4 s)."""
    return trained_net.vary_batch(trained(), image - 1)


@st.cache_data(max_entries=1, ttl=_HOUR, show_spinner=False)
def distinct_outputs_batch_of_one() -> int:
    """Return the number of distinct probability vectors of images that are alone in their batch."""
    return trained_net.distinct_outputs_batch_of_one(trained())


@st.cache_data(max_entries=64, ttl=_HOUR, show_spinner=False)
def running_mean_trace(batch_size: int, momentum: float) -> RunningMeanTrace:
    """Return a running mean and the batch means that it follows."""
    return trained_net.trace_of_unit(trained(), batch_size, momentum)


@st.cache_data(max_entries=16, ttl=_HOUR, show_spinner=False)
def noise_left(momentum: float) -> tuple[float, float]:
    """Return the share of the batch means' noise that a running mean keeps: by formula, and measured."""
    return running_stats.noise_left(momentum), running_stats.measure_noise_left(momentum)


@st.cache_data(max_entries=32, ttl=_HOUR, show_spinner=False)
def variance_estimates(batch_size: int) -> VarianceEstimates:
    """Return the mean of both variances over many batches."""
    return running_stats.variance_estimates(batch_size)


@st.cache_data(max_entries=48, ttl=_HOUR, show_spinner=False)
def failure_case(kind: str, amount: float, n_batches: int = 0) -> Recalibration:
    """Degrade the net in one of three ways and recalibrate it.

    Args:
        kind: "bright" images, a "few" training steps, or a "small" batch size in training mode.
        amount: brightness, steps or batch size.
        n_batches: batches in training mode, for "small".
    """
    if kind == "bright":
        return trained_net.shifted_data(trained(), amount)
    if kind == "few":
        return trained_net.too_few_steps(trained(int(amount), SLOW))
    return trained_net.small_batches(trained(), int(amount), n_batches)


@st.cache_data(max_entries=1, ttl=_HOUR, show_spinner=False)
def folded_comparison() -> FoldedComparison:
    """Return the comparison of the net with its folded copy."""
    return trained_net.fold(trained())
