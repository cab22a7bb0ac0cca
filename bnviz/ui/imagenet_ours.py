"""Our small reproduction of the paper's ImageNet results, written out."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go
import streamlit as st

from bnviz.analysis.imagenet import variant
from bnviz.analysis.imagenet_members import Members
from bnviz.analysis.imagenet_ours import PAPER, Row, added, agreement, band, compare, recipes, roles
from bnviz.config import Changes, RunConfig, format_value
from bnviz.figures.imagenet_ours import curves_figure, members_figure, ratio_figure, seeds_figure
from bnviz.figures.words import value_label
from bnviz.telemetry.study_records import StudyResult
from bnviz.telemetry.study_summary import Spread, Verdict
from bnviz.ui.chapter_controls import look
from bnviz.ui.controls import dataset_label
from bnviz.ui.imagenet_runs import live_datasets
from bnviz.ui.rerun import recorded_note, table
from bnviz.ui.text import has, language, t

_NONE = "–"
_SHARES = ("accuracy", "best", "train_accuracy", "gap")


def labels_of(configs: Mapping[str, RunConfig]) -> dict[str, str]:
    """Name every arm: as the paper does where its recipe stands for one of the paper's variants."""
    known = roles(configs)
    return {arm: _label(arm, known.get(arm)) for arm in configs}


def labels(study: StudyResult) -> dict[str, str]:
    """Name every arm of a study."""
    return labels_of(recipes(study))


def _label(arm: str, role: str | None) -> str:
    if role in PAPER:
        return variant(role).name
    if role is not None:
        return t(f"imagenet.role.{role}")
    return t(f"study.arm.{arm}") if has(f"study.arm.{arm}") else arm


def provenance(study: StudyResult) -> None:
    """Say how a recording was made, and on what."""
    facts = study.provenance
    recorded_note({**facts, "script": facts.get("command", _NONE)})
    st.markdown(
        t(
            "imagenet.ours.data", data=dataset_label(str(facts["dataset"])), train=f"{facts['n_train']:,}",
            test=f"{facts['n_test']:,}", seeds=len(study.seeds), steps=f"{study.steps:,}",
            net=value_label("net", study.base.net, language()), width=study.base.width,
            batch=study.base.batch_size,
        )
    )  # fmt: skip


def mark_words(study: StudyResult, mark: str) -> str:
    """Say what steps are counted to."""
    return t(f"imagenet.ours.{mark}", percent=f"{100 * study.threshold:g}")


def variants_table(study: StudyResult, mark: str) -> None:
    """Draw every arm beside the paper's, as ratios to the plain net."""
    head = (
        "arm",
        "lr",
        "steps_here",
        "reached",
        "fewer_here",
        "fewer_paper",
        "best",
        "gain_here",
        "gain_paper",
    )
    named = labels(study)
    table(
        tuple(t(f"imagenet.head.{name}") for name in head),
        [_variant_row(row, named[row.arm], study.config(row.arm).lr) for row in compare(study, mark)],
    )


def _variant_row(row: Row, name: str, lr: float) -> tuple[str, ...]:
    first = row.role == "plain"
    ended = f" ({t('imagenet.ours.diverged', n=row.diverged, seeds=row.seeds)})" if row.diverged else ""
    return (
        name, f"{lr:g}", _steps(row), t("imagenet.ours.of", n=row.reached, seeds=row.seeds),
        _NONE if first else _ratio(row.fewer), _NONE if first else _ratio(row.paper_fewer),
        f"**{_spread(row.best)}**{ended}", _NONE if first else _points(row.gain),
        _NONE if first else _points(row.paper_gain),
    )  # fmt: skip


def steps_table(study: StudyResult) -> None:
    """Draw every arm with what it adds to the one before, its accuracies and its steps to the threshold."""
    named, changes = labels(study), added(study)
    names = ("arm", "added", "final", "best", "steps_here", "reached")
    rows = []
    for row in compare(study, "threshold"):
        accuracies = (f"**{_spread(row.final)}**", _spread(row.best))
        reached = t("imagenet.ours.of", n=row.reached, seeds=row.seeds)
        rows.append((named[row.arm], _settings(changes[row.arm]), *accuracies, _steps(row), reached))
    table(tuple(t(f"imagenet.head.{name}") for name in names), rows)


def members_table(study: StudyResult) -> None:
    """Draw every member and the ensemble with what it changes of the study's base and its accuracy."""
    named, changes = labels(study), {arm.name: arm.changes for arm in study.arms}
    table(
        tuple(t(f"imagenet.head.{name}") for name in ("arm", "changes", "final")),
        [
            (named[row.arm], _settings(changes[row.arm]), f"**{_spread(row.final)}**")
            for row in compare(study, "threshold")
        ],
    )


def members_words(found: Members) -> str:
    """Say how much smaller the ensemble's error is than its members', here and in the paper."""
    return t("imagenet.ours.members", here=f"{found.ratio:.2f}", paper=f"{found.paper:.2f}")


def members_drawing(found: Members) -> tuple[go.Figure, str]:
    """Return the error by the number of members, and the same in words."""
    numbers = ", ".join(f"{error:.1f} %" for error in found.errors.mean(0))
    return members_figure(found, **look()), t("imagenet.alt.members", numbers=numbers)


def verdicts_table(study: StudyResult) -> None:
    """Draw what was expected, the difference that was found, and whether it was seen."""
    named = labels(study)
    head = tuple(t(f"imagenet.head.{name}") for name in ("expected", "difference", "spread", "verdict"))
    rows = []
    for found in agreement(study).verdicts:
        words = t(
            "imagenet.ours.expected", better=named.get(found.better, found.better),
            worse=named.get(found.worse, found.worse), measure=_measure(found.expectation.measure),
        )  # fmt: skip
        amounts = (_amount(found, found.difference, True), _amount(found, found.spread, False))
        rows.append((words, *amounts, t(f"imagenet.verdict.{found.verdict}")))
    if rows:
        table(head, rows)


def agreement_words(study: StudyResult) -> str:
    """Say, by the verdicts alone, whether the direction of the paper was seen here."""
    found = agreement(study)
    return t(
        f"imagenet.agreement.{found.kind}", seen=found.seen, total=len(found.verdicts), unseen=found.unseen,
        opposite=found.opposite, few=found.few,
    )  # fmt: skip


def ratio_drawing(study: StudyResult, mark: str) -> tuple[go.Figure, str]:
    """Return paper and reproduction as ratios, and the same in words."""
    rows, named = compare(study, mark), labels(study)
    numbers = "; ".join(
        t(
            "imagenet.alt.ratio_row", name=named[row.arm], here=_ratio(row.fewer),
            paper=_ratio(row.paper_fewer), gain=_points(row.gain), gain_paper=_points(row.paper_gain),
        )
        for row in rows
        if row.paper_gain is not None and row.role != "plain"
    )  # fmt: skip
    return ratio_figure(rows, named, **look()), t("imagenet.alt.ratio", numbers=numbers)


def curves_drawing(study: StudyResult, arms: tuple[str, ...] = ()) -> tuple[go.Figure, str]:
    """Return the curves of some arms (all by default), and their ends in words."""
    named = labels(study)
    bands = [band(study, arm) for arm in arms or named]
    numbers = "; ".join(
        f"{named[each.arm]} {each.mean[-1]:.1f} %" if len(each.mean) else named[each.arm] for each in bands
    )
    return curves_figure(bands, named, **look()), t("imagenet.alt.curves", numbers=numbers)


def seeds_drawing(study: StudyResult, measure: str) -> tuple[go.Figure, str]:
    """Return an accuracy of every seed and arm, and the means in words."""
    rows, named = compare(study, "threshold"), labels(study)
    parts = [(named[row.arm], row.best if measure == "best" else row.final) for row in rows]
    numbers = "; ".join(f"{name} {_spread(found)}" for name, found in parts)
    return seeds_figure(rows, named, measure, **look()), t("imagenet.alt.seeds", numbers=numbers)


def data_words(dataset: str) -> str:
    """Say plainly what the small form runs on."""
    alone = live_datasets() == ("mnist",)
    key = "images" if dataset != "mnist" else "digits" if alone else "chosen_digits"
    return t(f"imagenet.live.{key}", data=dataset_label(dataset))


def _measure(name: str) -> str:
    key = f"imagenet.measure.{name}"
    return t(key) if has(key) else f"`{name.removeprefix('extra:')}`"


def _amount(found: Verdict, value: float | None, signed: bool) -> str:
    if value is None:
        return _NONE
    measure, sign = found.expectation.measure, "+" if signed else ""
    if measure in _SHARES:
        return t("imagenet.ours.points", n=_minus(f"{100 * value:{sign}.1f}"))
    if measure == "steps_to_threshold":
        return t("imagenet.ours.steps", n=_minus(f"{value:{sign},.0f}"))
    return _minus(f"{value:{sign}.2f}")


def _settings(changes: Changes) -> str:
    words = " ".join(f"{field}={format_value(value)}" for field, value in changes)
    return f"`{words}`" if words else _NONE


def _steps(row: Row) -> str:
    if row.steps is None:
        return t("imagenet.ours.not_reached")
    same = row.steps_low == row.steps_high
    return f"{row.steps:,.0f}" if same else f"{row.steps:,.0f} ({row.steps_low:,}–{row.steps_high:,})"


def _ratio(value: float | None) -> str:
    return _NONE if value is None else f"{value:.1f}"


def _points(value: float | None) -> str:
    return _NONE if value is None else _minus(f"{value:+.1f}")


def _minus(number: str) -> str:
    return number.replace("-", "−")


def _spread(found: Spread | None) -> str:
    if found is None:
        return _NONE
    number = f"{found.mean:.1f}" if found.sd is None else f"{found.mean:.1f}\u00a0±\u00a0{found.sd:.1f}"
    return f"{number}\u00a0%"
