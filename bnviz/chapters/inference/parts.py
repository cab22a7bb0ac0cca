"""Parts of the chapter: batch-mates, running statistics, statistics compared, failures recalibrated, folding."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.inference import cached, wording
from bnviz.chapters.inference.controls import metrics, momentum_control
from bnviz.chapters.inference.figures import (
    batch_size_figure,
    digit_figure,
    predictions_figure,
    recalibration_figure,
    study_figure,
    trace_figure,
)
from bnviz.chapters.inference.statistics_study import recorded_study
from bnviz.chapters.inference.trained_net import IMAGES, N_DRAWS, SIZES, STEPS
from bnviz.ui.chapter import figure, predict, reason, section
from bnviz.ui.text import t
from bnviz.ui.widgets import choose, figure_style, slider, value_slider


def batch_dependence() -> None:
    """One image in many batches."""
    section("inference.jitter")
    left, right = st.columns([1, 3])
    with left:
        image = int(st.slider(t("inference.jitter.image"), 1, IMAGES, 3, key="image", bind="query-params"))
        size = value_slider(st.container(), "batch", "inference.jitter.batch", SIZES, 8)
        mates = int(st.slider(t("inference.jitter.mates"), 1, N_DRAWS, 1, key="mates", bind="query-params"))
    with st.spinner(t("inference.note.training"), show_time=True):
        found = cached.image_in_batches(image)
    picture, bars, sizes = wording.dependence_alts(found.dependence, size, mates - 1)
    with left:
        figure(digit_figure(found.pixels, dark=figure_style()["dark"]), picture, "digit")
    with right:
        metrics(wording.dependence_metrics(found.dependence, size, mates - 1))
        figure(predictions_figure(found.dependence, size, mates - 1, **figure_style()), bars, "answers")
        st.markdown(wording.distinct_answers(found.dependence, size))
    figure(batch_size_figure(found.dependence, size, mates - 1, **figure_style()), sizes, "sizes")
    if predict("inference.alone", ("fine", "noisy", "same"), "same"):
        st.markdown(t("inference.alone.measured", count=cached.distinct_outputs_batch_of_one()))
    reason("inference.jitter")
    st.caption(t("inference.note.net", steps=STEPS))


def running_statistics() -> None:
    """Running statistics follow those of the batches, in both conventions of momentum; the two variances."""
    section("inference.chase")
    if predict("inference.settle", ("same", "two", "ten", "hundred"), "ten"):
        fast, slow = (cached.running_mean_trace(60, each).measured_steps for each in (0.1, cached.SLOW))
        st.markdown(t("inference.settle.measured", torch=fast, keras=slow))
        left, middle, right = st.columns(3)
        momentum = momentum_control(left, middle)
        size = value_slider(right, "chase_batch", "inference.chase.batch", SIZES[1:], 16)
        result = cached.running_mean_trace(size, momentum)
        st.markdown(wording.same_momentum(momentum))
        metrics(wording.trace_metrics(result, cached.noise_left(momentum)))
        figure(trace_figure(result, **figure_style()), wording.trace_alt(result), "chase")
        st.caption(wording.reached(result))
        reason("inference.chase")
    section("inference.variance")
    samples = value_slider(st.container(), "samples", "inference.variance.samples", (2, 3, 4, 8, 16, 32, 64, 128), 3)
    metrics(wording.variance_metrics(cached.variance_estimates(samples)))
    st.caption(wording.variance_note(cached.variance_estimates(samples)))


def study() -> None:
    """Moving-average, re-estimated and batch statistics compared over a recorded run."""
    section("inference.study")
    if not predict("inference.early", ("good", "middle", "chance"), "chance"):
        return
    result = recorded_study()
    size = value_slider(st.container(), "study_batch", "inference.study.size", result.sizes, 128)
    figure(study_figure(result, size, **figure_style()), wording.study_note(result, size, "alt"), "study")
    st.markdown(wording.study_note(result, size))
    reason("inference.study")
    st.caption(wording.provenance(result))


def repair() -> None:
    """Three failures and the same remedy: recalibration."""
    section("inference.repair")
    kind = choose(
        st.container(),
        "accident",
        "inference.repair.accident",
        ("bright", "few", "small"),
        "inference.repair.accidents",
    )
    section(f"inference.{kind}")
    amount, n_batches = 0.0, 0
    if kind == "bright":
        if not predict("inference.bright", ("none", "part", "most"), "most"):
            return
        amount = slider(st.container(), "brightness", "inference.repair.shift", (-0.3, 0.7, 0.1), 0.5)
    elif kind == "few":
        amount = value_slider(st.container(), "stopped", "inference.repair.steps", (10, 30, 100, 300), 30)
    else:
        amount = value_slider(st.container(), "tiny", "inference.repair.size", (2, 4, 8, 16), 2)
        n_batches = value_slider(st.container(), "seen", "inference.repair.passes", (5, 20, 50, 200), 200)
    with st.spinner(t("inference.note.training"), show_time=True):
        result = cached.failure_case(kind, amount, n_batches)
    figure(recalibration_figure(result, **figure_style()), wording.recalibration(result, "alt"), "repair")
    st.markdown(wording.recalibration(result))
    reason(f"inference.{kind}")


def fold() -> None:
    """BN folded into the linear layer before it."""
    section("inference.fold")
    with st.spinner(t("inference.note.training"), show_time=True):
        result = cached.folded_comparison()
    metrics(wording.folding_metrics(result))
    st.markdown(t("inference.fold.scale", largest=f"{result.largest_logit:.2f}"))
    reason("inference.fold")
    st.caption(t("inference.fold.limit"))
