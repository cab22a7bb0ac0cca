"""Tables and drawings of our small reproduction, beside the paper's numbers."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.imagenet.ours import added, compare
from bnviz.chapters.imagenet.ours_figure import members_figure, ratio_figure
from bnviz.chapters.imagenet.results import Members, VariantComparison
from bnviz.chapters.imagenet.wording import named
from bnviz.config import Changes, format_value
from bnviz.figures.common import Drawing
from bnviz.figures.studies import study_curves, study_dots
from bnviz.studies.records import StudyResult
from bnviz.studies.summary import Spread
from bnviz.text.catalogue import value_label
from bnviz.text.numbers import MISSING, signed_number
from bnviz.ui.results import table
from bnviz.ui.studies import study_alt
from bnviz.ui.text import language, t
from bnviz.ui.widgets import figure_style


def recipe(study: StudyResult) -> None:
    """Draw a caption: which network was trained, its width and the number of steps."""
    base = study.base
    st.caption(
        t(
            "imagenet.ours.recipe",
            net=value_label("net", base.net, language()),
            width=base.width,
            batch=base.batch_size,
            steps=f"{study.steps:,}",
        )
    )


def variants_table(study: StudyResult, mark: str) -> None:
    """Draw a table of every arm beside the paper's variant, as ratios to the plain network."""
    head = ("arm", "lr", "steps_here", "reached", "fewer_here", "fewer_paper", "best", "gain_here", "gain_paper")
    table(
        tuple(t(f"imagenet.head.{name}") for name in head),
        [_variant_row(row, study.config(row.arm).lr) for row in compare(study, mark)],
    )


def _variant_row(row: VariantComparison, lr: float) -> tuple[str, ...]:
    first = row.role == "plain"
    ended = f" ({t('imagenet.ours.diverged', n=row.diverged, seeds=row.seeds)})" if row.diverged else ""
    return (
        named(row.arm),
        f"{lr:g}",
        _steps(row),
        t("imagenet.ours.of", n=row.reached, seeds=row.seeds),
        MISSING if first else _ratio(row.fewer),
        MISSING if first else _ratio(row.paper_fewer),
        f"**{_spread(row.best)}**{ended}",
        MISSING if first else _points(row.gain),
        MISSING if first else _points(row.paper_gain),
    )


def additions_table(study: StudyResult) -> None:
    """Draw a table of every arm with the settings that it adds to the arm before it."""
    rows = [(named(arm), _settings(changes)) for arm, changes in added(study).items()]
    table((t("imagenet.head.arm"), t("imagenet.head.added")), rows)


def members_drawing(found: Members) -> Drawing:
    """Return the figure of the error by the number of members."""
    numbers = ", ".join(f"{error:.1f} %" for error in found.errors.mean(0))
    return members_figure(found, **figure_style()), t("imagenet.alt.members", numbers=numbers)


def ratio_drawing(study: StudyResult, mark: str) -> Drawing:
    """Return the figure of paper and reproduction as ratios."""
    rows = compare(study, mark)
    numbers = "; ".join(
        t(
            "imagenet.alt.ratio_row",
            name=named(row.arm),
            here=_ratio(row.fewer),
            paper=_ratio(row.paper_fewer),
            gain=_points(row.gain),
            gain_paper=_points(row.paper_gain),
        )
        for row in rows
        if row.paper_gain is not None and row.role != "plain"
    )
    labels = {row.arm: named(row.arm) for row in rows}
    return ratio_figure(rows, labels, **figure_style()), t("imagenet.alt.ratio", numbers=numbers)


def curves_drawing(study: StudyResult, arms: tuple[str, ...]) -> Drawing:
    """Return the figure of the curves of some arms."""
    return study_curves(study, arms, **figure_style()), study_alt(study, "accuracy", arms)


def seeds_drawing(study: StudyResult, measure: str) -> Drawing:
    """Return the figure of an accuracy of every seed and arm."""
    return study_dots(study, measure, **figure_style()), study_alt(study, measure)


def _settings(changes: Changes) -> str:
    words = " ".join(f"{field}={format_value(value)}" for field, value in changes)
    return f"`{words}`" if words else MISSING


def _steps(row: VariantComparison) -> str:
    if row.steps is None:
        return t("imagenet.ours.not_reached")
    same = row.steps_low == row.steps_high
    return f"{row.steps:,.0f}" if same else f"{row.steps:,.0f} ({row.steps_low:,}–{row.steps_high:,})"


def _ratio(value: float | None) -> str:
    return MISSING if value is None else f"{value:.1f}"


def _points(value: float | None) -> str:
    return MISSING if value is None else signed_number(value)


def _spread(found: Spread | None) -> str:
    if found is None:
        return MISSING
    number = f"{found.mean:.1f}" if found.sd is None else f"{found.mean:.1f}\u00a0±\u00a0{found.sd:.1f}"
    return f"{number}\u00a0%"
