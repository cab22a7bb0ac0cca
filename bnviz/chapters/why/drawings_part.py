"""Figures with their alt texts, and the tables of the page "Why it works"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from bnviz.array_types import Floats
from bnviz.chapters.why.figures import arm_name, noisy_figure, quantile_figure, shift_figure
from bnviz.chapters.why.findings import ArmComparison, Finding, findings, shift_of
from bnviz.chapters.why.ratio_figure import ratio_figure
from bnviz.chapters.why.ratios import measured_quantities, phase_moments, ratio_curve
from bnviz.chapters.why.results import GradientIdentity
from bnviz.chapters.why.smooth_figure import identity_figure, smooth_figure
from bnviz.chapters.why.study import ShiftStudy
from bnviz.chapters.why.wording import interval_words, summary_words, times_words
from bnviz.figures.common import Drawing, layer_names
from bnviz.text.numbers import MISSING, number_cell, two_digits
from bnviz.ui.limits import limits_link
from bnviz.ui.results import table
from bnviz.ui.text import language, t
from bnviz.ui.widgets import figure_style


def shift_drawing(study: ShiftStudy, layer: int) -> Drawing:
    """Return the figure of the covariate shift of one layer, counted from 1; the first has none."""
    arms = _of_norms(study)
    series = {
        arm: {name: shift_of(study, arm, name)[..., layer - 2] for name in ("l2", "relative", "cosine")} for arm in arms
    }
    words = [
        t(
            "why.alt.shift_arm",
            arm=_name(arm),
            relative=two_digits(_middle(parts["relative"])),
            cosine=f"{np.nanmean(parts['cosine']):.2f}",
        )
        for arm, parts in series.items()
    ]
    alt = t("why.alt.shift", layer=layer, numbers="; ".join(words))
    return shift_figure(study.steps, series, **figure_style()), alt


def ratio_drawing(study: ShiftStudy) -> Drawing:
    """Return the figure of covariate shift with BN over without BN, by both definitions."""
    found = {quantity: ratio_curve(study, quantity) for quantity in measured_quantities(study)}
    curves = {name: (each.seeds, each.mean, each.low, each.high) for name, each in found.items()}
    words = [
        t(
            "why.alt.ratio_line",
            name=t(f"why.ratio.{name}"),
            first=times_words(float(each.mean[np.isfinite(each.mean)][0])),
            last=times_words(float(each.mean[np.isfinite(each.mean)][-1])),
        )
        for name, each in found.items()
    ]
    figure = ratio_figure(study.steps, curves, phase_moments(study), **figure_style())
    return figure, t("why.alt.ratio", numbers="; ".join(words))


def quantile_drawing(study: ShiftStudy, layer: int) -> Drawing:
    """Return the figure of the quantiles of one unit in the first seed."""
    quantiles = {arm: study.of(arm, "quantiles")[0, :, layer - 1] for arm in study.arms}
    words = [
        t("why.alt.median_arm", arm=_name(arm), first=two_digits(rows[0, 1]), last=two_digits(rows[-1, 1]))
        for arm, rows in quantiles.items()
    ]
    alt = t("why.alt.quantiles", layer=layer, numbers="; ".join(words))
    return quantile_figure(study.steps, quantiles, **figure_style()), alt


def noisy_drawing(study: ShiftStudy, layer: int) -> Drawing:
    """Return the figure of the accuracies and of the jump of one hidden layer, counted from 1."""
    accuracy, as_trained = (
        {arm: 100 * study.of(arm, name) for arm in study.arms} for name in ("accuracy", "as_trained")
    )
    measured = study.arms if "jump_mean" in study.values else ()
    jump = {arm: study.of(arm, "jump_mean")[..., layer - 1] for arm in measured}
    words = [
        t(
            "why.alt.noisy_arm",
            arm=_name(arm),
            accuracy=f"{accuracy[arm][:, -1].mean():.1f}",
            trained=f"{as_trained[arm][:, -1].mean():.1f}",
            jump=two_digits(_middle(jump[arm])) if jump else MISSING,
        )
        for arm in study.arms
    ]
    alt = t("why.alt.noisy", layer=layer, numbers="; ".join(words))
    return noisy_figure(study.steps, accuracy, as_trained, jump, **figure_style()), alt


def smooth_drawing(study: ShiftStudy) -> Drawing:
    """Return the figure of the walks along the gradient."""
    names = ("loss_low", "loss_high", "change_low", "change_high", "beta")
    walks = {arm: {name: study.of(arm, name) for name in names} for arm in ("none", "batch")}
    words = [
        t(
            "why.alt.smooth_arm",
            arm=_name(arm),
            band=two_digits(_middle(parts["loss_high"] - parts["loss_low"])),
            change=two_digits(_middle(parts["change_high"])),
            beta=two_digits(_middle(parts["beta"])),
        )
        for arm, parts in walks.items()
    ]
    return smooth_figure(study.steps, walks, **figure_style()), t("why.alt.smooth", numbers="; ".join(words))


def identity_drawing(layers: Sequence[GradientIdentity]) -> Drawing:
    """Return the figure of the identity."""
    left = ", ".join(f"{100 * layer.shares[2]:.0f} %" for layer in layers)
    return identity_figure(layers, **figure_style()), t("why.alt.identity", left=left)


def identity_table(layers: Sequence[GradientIdentity]) -> None:
    """Draw a table of the identity's deviation and shares, one row per layer."""
    head = tuple(
        t(f"why.head.{name}") for name in ("layer", "simple", "exact", "power", "ones", "x_hat", "left", "printed")
    )
    rows = [
        (
            name,
            f"**{number_cell(layer.deviation(layer.simple), 2)}**",
            f"**{number_cell(layer.deviation(layer.exact), 2)}**",
            f"{layer.power.min():.6f}",
            *(f"{100 * share:.1f} %" for share in layer.shares),
            t("why.identity.of", n=layer.printed_holds, units=len(layer.measured)),
        )
        for name, layer in zip(layer_names(len(layers), language()), layers, strict=True)
    ]
    table(head, rows)


def findings_table(study: ShiftStudy, questions: tuple[ArmComparison, ...]) -> None:
    """Draw a table of the comparisons: the change of every seed, its direction, the paper's claim, the verdict."""
    found = findings(study, questions)
    names = ("what", "phase", "arms", "change", "direction", "paper", "verdict")
    head = tuple(t(f"why.head.{name}") for name in names)
    table(head, [_row(each) for each in found])
    st.markdown(summary_words(found, len(study.seeds)))
    limits_link()


def _row(found: Finding) -> tuple[str, ...]:
    question = found.question
    return (
        t(f"why.quantity.{question.quantity}"),
        t(f"why.in_phase.{question.phase or 'whole'}"),
        t("why.versus", arm=_name(question.arm), reference=_name(question.reference)),
        interval_words(found),
        t(f"why.direction.{found.direction}"),
        t(f"why.paper.{question.paper}") if question.paper else MISSING,
        f"**{t(f'why.verdict.{found.verdict}')}**" if found.verdict else MISSING,
    )


def _of_norms(study: ShiftStudy) -> list[str]:
    return [arm for arm in study.arms if arm != "noise"] or list(study.arms)


def _name(arm: str) -> str:
    return arm_name(arm, language())


def _middle(values: Floats) -> float:
    """Return the geometric mean of the positive and finite values; NaN without any."""
    good = values[np.isfinite(values) & (values > 0)]
    return float(np.exp(np.log(good).mean())) if good.size else float("nan")
