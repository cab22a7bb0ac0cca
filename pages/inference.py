"""Training and inference: one image among changing mates, running statistics, breaking and repairing."""

import streamlit as st

from bnviz.chapters.inference import cached as runs
from bnviz.chapters.inference import controls
from bnviz.chapters.inference import figures as draw
from bnviz.chapters.inference import wording as words
from bnviz.chapters.inference.controls import metrics
from bnviz.chapters.inference.trained_net import DRAWS, IMAGES, SIZES, STEPS
from bnviz.ui.chapter import figure, opening, predict, reason, section
from bnviz.ui.text import t
from bnviz.ui.widgets import choose, figure_style, slider, value_slider


def jitter() -> None:
    """One image, many batches."""
    section("inference.jitter")
    left, right = st.columns([1, 3])
    with left:
        image = int(st.slider(t("inference.jitter.image"), 1, IMAGES, 3, key="image", bind="query-params"))
        size = value_slider(st, "batch", "inference.jitter.batch", SIZES, 8)
        mates = int(st.slider(t("inference.jitter.mates"), 1, DRAWS, 1, key="mates", bind="query-params"))
    with st.spinner(t("inference.note.training"), show_time=True):
        asked = runs.asked(image)
    picture, bars, sizes = words.jitter_alts(asked.jitter, size, mates - 1)
    with left:
        figure(draw.digit(asked.pixels, dark=figure_style()["dark"]), picture, "digit")
    with right:
        metrics(words.jitter_metrics(asked.jitter, size, mates - 1))
        figure(draw.answers(asked.jitter, size, mates - 1, **figure_style()), bars, "answers")
        st.markdown(words.answered(asked.jitter, size))
    figure(draw.by_size(asked.jitter, size, mates - 1, **figure_style()), sizes, "sizes")
    if predict("inference.alone", ("fine", "noisy", "same"), "same"):
        st.markdown(t("inference.alone.measured", count=runs.answers_alone()))
    reason("inference.jitter")
    st.caption(t("inference.note.net", steps=STEPS))


def chase() -> None:
    """Running statistics behind the batch's, in both conventions; the two variances."""
    section("inference.chase")
    if predict("inference.settle", ("same", "two", "ten", "hundred"), "ten"):
        fast, slow = runs.chase(60, 0.1).measured_steps, runs.chase(60, runs.SLOW).measured_steps
        st.markdown(t("inference.settle.measured", torch=fast, keras=slow))
        left, middle, right = st.columns(3)
        momentum = controls.momentum(left, middle)
        size = value_slider(right, "chase_batch", "inference.chase.batch", SIZES[1:], 16)
        result = runs.chase(size, momentum)
        st.markdown(words.same_momentum(momentum))
        metrics(words.chase_metrics(result, runs.noise(momentum)))
        figure(draw.chase(result, **figure_style()), words.chase_alt(result), "chase")
        st.caption(words.reached(result))
        reason("inference.chase")
    section("inference.variance")
    samples = value_slider(st, "samples", "inference.variance.samples", (2, 3, 4, 8, 16, 32, 64, 128), 3)
    metrics(words.variance_metrics(runs.variance(samples)))
    st.caption(words.variance_note(runs.variance(samples)))


def study() -> None:
    """Moving average, re-estimated or the batch's own statistics, recorded over a run."""
    section("inference.study")
    if not predict("inference.early", ("good", "middle", "chance"), "chance"):
        return
    result = runs.study()
    size = value_slider(st, "study_batch", "inference.study.size", result.sizes, 128)
    figure(draw.study(result, size, **figure_style()), words.study_note(result, size, "alt"), "study")
    st.markdown(words.study_note(result, size))
    reason("inference.study")
    st.caption(words.provenance(result))


def repair() -> None:
    """Three accidents, one repair."""
    section("inference.repair")
    kind = choose(st, "accident", "inference.repair.accident", ("bright", "few", "small"), "inference.repair.accidents")
    section(f"inference.{kind}")
    amount, passes = 0.0, 0
    if kind == "bright":
        if not predict("inference.bright", ("none", "part", "most"), "most"):
            return
        amount = slider(st, "brightness", "inference.repair.shift", (-0.3, 0.7, 0.1), 0.5)
    elif kind == "few":
        amount = value_slider(st, "stopped", "inference.repair.steps", (10, 30, 100, 300), 30)
    else:
        amount = value_slider(st, "tiny", "inference.repair.size", (2, 4, 8, 16), 2)
        passes = value_slider(st, "seen", "inference.repair.passes", (5, 20, 50, 200), 200)
    with st.spinner(t("inference.note.training"), show_time=True):
        result = runs.accident(kind, amount, passes)
    figure(draw.repair(result, **figure_style()), words.repaired(result, "alt"), "repair")
    st.markdown(words.repaired(result))
    reason(f"inference.{kind}")


def fold() -> None:
    """BN as a part of the linear layer before it."""
    section("inference.fold")
    with st.spinner(t("inference.note.training"), show_time=True):
        result = runs.folding()
    metrics(words.folding_metrics(result))
    st.markdown(t("inference.fold.scale", largest=f"{result.largest_logit:.2f}"))
    reason("inference.fold")
    st.caption(t("inference.fold.limit"))


PARTS = {"jitter": jitter, "chase": chase, "study": study, "repair": repair, "fold": fold}
# The words stand above the choice of a part; the study is the one part that is not computed now.
title = st.container()
part = choose(st, "inf_part", "inference.part", tuple(PARTS), "inference.parts")
with title:
    opening("inference", "recorded" if part == "study" else "live")
PARTS[part]()
