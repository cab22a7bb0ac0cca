"""Figures of any named study: curves with a band over the seeds, one dot per seed, a measure over a field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from bnviz.figures.marks import band, mean_ticks, reference_line, seed_dots
from bnviz.figures.theme import INK, Theme, rgba, style
from bnviz.studies.measures import SHARES, curve_band, limits, seed_values, sweeps
from bnviz.studies.records import Published, StudyResult
from bnviz.text.catalogue import catalogue, study_arm_label, translate

_LIGHT = ("#009e73", "#cc79a7", "#9a7d00", "#6a4fb3", "#8c564b", "#4b5563")
_DARK = ("#2ec4a0", "#e79cc6", "#f0c14b", "#a994f0", "#d0a08f", "#b4bfcc")
_DASHES = ("dot", "dashdot", "longdash", "longdashdot", "solid")
_SYMBOLS = ("square", "diamond", "triangle-up", "cross", "star", "hexagon")


@dataclass(frozen=True, slots=True)
class ArmStyle:
    """The style of one arm; color is never the only difference."""

    color: str
    dash: str
    symbol: str

    def fill(self, opacity: float = 0.16) -> str:
        """Return the color for an area."""
        return rgba(self.color, opacity)


def label_of(result: StudyResult, name: str, lang: str = "en") -> str:
    """Return the label of an arm of one study."""
    return study_arm_label(result.name, name, lang)


def arm_styles(result: StudyResult, dark: bool = False) -> dict[str, ArmStyle]:
    """Return a style for every arm of a study, which does not depend on which arms are shown.

    The first arm without BN is orange and dashed, the first with BN blue and solid, as everywhere.
    """
    norms = [result.config(arm.name).norm for arm in result.arms]
    return dict(zip((arm.name for arm in result.arms), styles_of_norms(norms, dark), strict=True))


def styles_of_norms(norms: Sequence[str], dark: bool = False) -> list[ArmStyle]:
    """Return a style for each norm: the first "none" is orange and dashed, the first "batch" blue and solid."""
    theme, colors = Theme(dark), _DARK if dark else _LIGHT
    fixed = {
        "none": ArmStyle(theme.color(0), "dash", "circle-open"),
        "batch": ArmStyle(theme.color(1), "solid", "circle"),
    }
    found, others = [], 0
    for norm in norms:
        arm_style = fixed.pop(norm, None)
        if arm_style is None:
            arm_style = ArmStyle(
                colors[others % len(colors)], _DASHES[others % len(_DASHES)], _SYMBOLS[others % len(_SYMBOLS)]
            )
            others += 1
        found.append(arm_style)
    return found


def _shown_styles(result: StudyResult, arms: Sequence[str], dark: bool) -> dict[str, ArmStyle]:
    """Return the study's styles, or, for a pair without and with BN, the two styles of every other page."""
    norms = [result.config(name).norm for name in arms]
    if sorted(norms) == ["batch", "none"]:
        return dict(zip(arms, styles_of_norms(norms, dark), strict=True))
    return arm_styles(result, dark)


def study_curves(
    result: StudyResult,
    arms: Sequence[str],
    curve: str = "test_accuracy",
    *,
    by: str = "steps",
    lang: str = "en",
    dark: bool = False,
) -> go.Figure:
    """Draw a curve of some arms: mean of the seeds, and a band from the smallest to the largest.

    A line ends where one of its seeds is no longer finite.

    Args:
        result: the study.
        arms: names of the arms to draw.
        curve: "test_accuracy", "test_loss" or "train_loss".
        by: "steps" or "samples".
        lang: language of the words.
        dark: colors for a dark page.
    """
    figure, styles = go.Figure(), _shown_styles(result, arms, dark)
    factor = 100 if curve in SHARES else 1
    for name in arms:
        seeds = curve_band(result, name, curve)
        x, known = seeds.samples if by == "samples" else seeds.steps, np.isfinite(seeds.low)
        low, high = factor * seeds.low[known], factor * seeds.high[known]
        figure.add_trace(band(x[known], low, high, styles[name].fill()))
        figure.add_trace(
            go.Scatter(
                x=x,
                y=factor * seeds.mean,
                mode="lines",
                name=label_of(result, name, lang),
                legendgroup=name,
                line={"color": styles[name].color, "dash": styles[name].dash, "width": 2},
                hovertemplate="%{x:,}: %{y:.3~f}",
            )
        )
    figure.update_xaxes(title_text=translate(f"studies.axis.{by}", lang), rangemode="tozero")
    figure.update_yaxes(title_text=translate(f"studies.axis.{curve}", lang))
    if curve in SHARES:
        highs = np.concatenate([curve_band(result, arm.name, curve).high for arm in result.arms])
        top = float(np.nanmax(highs)) if np.isfinite(highs).any() else 1.0
        figure.update_yaxes(range=[0, min(102.0, 100 * top + 4)])
        threshold = translate("studies.threshold", lang)
        reference_line(figure, y=100 * result.threshold, label=threshold, width=1, annotation_font_color=INK)
    return style(figure, 420, top=96)


def study_dots(
    result: StudyResult,
    measure: str = "accuracy",
    arms: Sequence[str] = (),
    *,
    published: str = "",
    percent: bool | None = None,
    lang: str = "en",
    dark: bool = False,
) -> go.Figure:
    """Draw a measure of some arms, one row per arm: one dot per seed, and the mean.

    Args:
        result: the study.
        measure: see ``seed_values``.
        arms: names; all by default.
        published: ``what`` of published numbers in the same unit to draw as hollow diamonds.
        percent: whether values in 0..1 are drawn in %; by default for the measures known to be shares.
        lang: language of the words.
        dark: colors for a dark page.
    """
    names = tuple(arms) or tuple(arm.name for arm in result.arms)
    figure, styles = go.Figure(), arm_styles(result, dark)
    factor = 100 if (measure in SHARES if percent is None else percent) else 1
    for name in names:
        values = [factor * value for value in seed_values(result, name, measure)]
        figure.add_traces(_seeds(label_of(result, name, lang), values, styles[name]))
    known = [number for number in result.published if number.what == published and number.arm in names]
    if known:
        figure.add_trace(_reported([label_of(result, n.arm, lang) for n in known], known, lang, dark))
    low, high = (factor * value for value in limits(result, measure, names))
    low, high = min([low, *(n.value for n in known)]), max([high, *(n.value for n in known)])
    margin = 0.06 * (high - low) or 1.0
    figure.update_xaxes(title_text=_title(measure, lang), range=[low - margin, high + margin])
    figure.update_yaxes(
        autorange="reversed",
        automargin=True,
        categoryorder="array",
        categoryarray=[label_of(result, name, lang) for name in names],
    )
    return style(figure, 120 + 34 * len(names), top=48 if known else 16)


def study_sweep(
    result: StudyResult,
    field: str,
    split: str = "norm",
    measure: str = "accuracy",
    *,
    lang: str = "en",
    dark: bool = False,
) -> go.Figure:
    """Draw a measure over the values of a field, one line for each value of another, with one dot per seed.

    Args:
        result: the study.
        field: of the recipe, on a logarithmic axis ("batch_size").
        split: of the recipe, one line per value ("norm").
        measure: see ``seed_values``.
        lang: language of the words.
        dark: colors for a dark page.
    """
    figure, lines = go.Figure(), sweeps(result, field, split, measure)
    factor = 100 if measure in SHARES else 1
    ticks: set[float] = set()
    for line, arm_style in zip(lines, styles_of_norms([line.series for line in lines], dark), strict=True):
        known = [(x, [factor * v for v in vs]) for x, vs in zip(line.x, line.values, strict=True) if vs]
        name = catalogue(lang).get(f"value.{split}.{line.series}", line.series)
        ticks.update(line.x)
        figure.add_traces(_swept(known, name, arm_style))
    title = translate(f"field.{field}.label", lang)
    figure.update_xaxes(title_text=title, type="log", tickvals=sorted(ticks))
    figure.update_yaxes(title_text=_title(measure, lang))
    return style(figure, 400)


def _swept(known: Sequence[tuple[float, Sequence[float]]], name: str, arm_style: ArmStyle) -> list[go.Scatter]:
    """Return one dot per seed at every value of the field, and a line through the means."""
    shared = {"legendgroup": name, "hovertemplate": "%{x}: %{y:.2f}"}
    dots = go.Scatter(
        x=[x for x, values in known for _ in values],
        y=[v for _, values in known for v in values],
        mode="markers",
        showlegend=False,
        marker={"color": arm_style.color, "symbol": arm_style.symbol, "size": 7, "opacity": 0.55},
        **shared,
    )
    means = go.Scatter(
        x=[x for x, _ in known],
        y=[sum(values) / len(values) for _, values in known],
        mode="lines",
        name=name,
        line={"color": arm_style.color, "dash": arm_style.dash, "width": 2.5},
        **shared,
    )
    return [dots, means]


def _seeds(label: str, values: Sequence[float], arm_style: ArmStyle) -> list[go.Scatter]:
    """Return one dot per seed, and a tick at their mean."""
    dots = {"symbol": arm_style.symbol, "opacity": 0.65}
    traces = [seed_dots([label], [values], arm_style.color, marker=dots, showlegend=False, name=label)]
    if values:
        mean = [sum(values) / len(values)]
        traces.append(mean_ticks([label], mean, arm_style.color, showlegend=False, name=label))
    return traces


def _reported(labels: Sequence[str], numbers: Sequence[Published], lang: str, dark: bool) -> go.Scatter:
    return go.Scatter(
        x=[number.value for number in numbers],
        y=list(labels),
        mode="markers",
        name=translate("studies.reported", lang),
        text=[number.source for number in numbers],
        hovertemplate="%{x} (%{text})",
        marker={"symbol": "diamond-open", "size": 12, "color": "#ffffff" if dark else "#000000", "line": {"width": 2}},
    )


def _title(measure: str, lang: str) -> str:
    words = catalogue(lang)
    if measure.startswith("extra:"):
        name = measure.removeprefix("extra:")
        return words.get(f"study.extra.{name}") or words.get(f"studies.extra.{name}") or name
    return words[f"studies.axis.{measure}"]
