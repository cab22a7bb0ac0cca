"""Sentences and tables of the chapter on learning rate and initialization."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bnviz.array_types import Floats
from bnviz.chapters.initialization.effective_lr import ARMS
from bnviz.chapters.initialization.results import Equivalence, FieldSweep, LargestUsable, NormRun, ScaleCheck
from bnviz.chapters.initialization.usable import largest_usable, outcomes, usable_factor
from bnviz.text.numbers import MISSING, number_cell
from bnviz.ui.text import t

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]
"""Head and rows of a table, as ``bnviz.ui.results.table`` takes them."""

_BN = r"\mathrm{BN}"
_GRAD = r"\frac{\partial L}{\partial (aW)}"
FORMULAS: Mapping[str, str] = {
    "output": rf"\max \lvert {_BN}(aWu) - {_BN}(Wu) \rvert",
    "input": r"\max \lvert \tfrac{\partial L}{\partial u}(a) - \tfrac{\partial L}{\partial u}(1) \rvert",
    "grad": rf"\lVert {_GRAD} \rVert \,/\, \lVert \frac{{\partial L}}{{\partial W}} \rVert",
    "turn": r"\frac{\lVert \partial L / \partial (aW) \rVert \,/\, \lVert aW \rVert}"
    r"{\lVert \partial L / \partial W \rVert \,/\, \lVert W \rVert}",
    "radial": r"\max_j \lvert \langle w_j, \partial L / \partial w_j \rangle \rvert"
    r" \,/\, (\lVert w_j \rVert \lVert \partial L / \partial w_j \rVert)",
    "share": r"\min_j \frac{a^2 \sigma_j^2}{a^2 \sigma_j^2 + \varepsilon}",
    "growth": r"\lVert W_T \rVert / \lVert W_0 \rVert",
    "shrank": r"\lVert W_{t+1} \rVert < \lVert W_t \rVert",
    "right": r"\max_t \lvert \langle W, g \rangle \rvert \,/\, (\lVert W \rVert \lVert g \rVert)",
    "pythagoras": r"\lVert W_{t+1} \rVert^2 = \lVert W_t \rVert^2 + \eta^2 \lVert g \rVert^2",
    "full": r"(1 - \eta\lambda)^2 \lVert W \rVert^2 - 2 \eta (1 - \eta\lambda) \langle W, g \rangle"
    r" + \eta^2 \lVert g \rVert^2",
    "rate": r"\eta / \lVert W \rVert^2",
    "balance": r"\eta \lVert g \rVert^2 / (2 \lambda \lVert W \rVert^2)",
}


def scale_table(check: ScaleCheck) -> Table:
    """Return what was measured at one scale beside what holds without epsilon."""
    rows = (
        ("output", 0.0, check.output_change),
        ("input", 0.0, check.input_grad_change),
        ("grad", check.exact_grad_ratio, check.grad_ratio),
        ("turn", check.exact_step_ratio, check.step_ratio),
        ("radial", 0.0, check.radial),
        ("share", 1.0, check.variance_share),
    )
    head = tuple(t(f"initialization.head.{name}") for name in ("what", "formula", "exact", "measured"))
    return head, [
        (t(f"initialization.row.{name}"), f"${FORMULAS[name]}$", number_cell(exact), f"**{number_cell(found, 5)}**")
        for name, exact, found in rows
    ]


def scale_alt(check: ScaleCheck, edge: float) -> str:
    """Return the alt text of the scale figure."""
    return t("initialization.alt.scale", a=f"{check.scale:g}", eps=f"{check.eps:g}", edge=f"{edge:.3g}")


def norms_table(runs: Mapping[str, NormRun]) -> Table:
    """Return what was measured of the norms of the three arms."""
    rows: tuple[tuple[str, list[str]], ...] = (
        ("growth", [number_cell(runs[arm].growth, 4) for arm in ARMS]),
        ("shrank", [t("initialization.norm.of", n=runs[arm].shrank, steps=len(runs[arm].loss)) for arm in ARMS]),
        ("right", [number_cell(runs[arm].radial) for arm in ARMS]),
        ("pythagoras", [number_cell(runs[arm].pythagoras_error) for arm in ARMS]),
        ("full", [number_cell(runs[arm].formula_error) for arm in ARMS]),
        ("rate", [MISSING, *(_from_to(runs[arm].effective) for arm in ARMS[1:])]),
        ("balance", [MISSING, MISSING, number_cell(runs["decay"].final_balance)]),
    )
    head = (
        t("initialization.head.what"),
        t("initialization.head.formula"),
        *(t(f"initialization.arm.{arm}") for arm in ARMS),
    )
    return head, [(t(f"initialization.row.{name}"), f"${FORMULAS[name]}$", *cells) for name, cells in rows]


def norms_alt(runs: Mapping[str, NormRun]) -> str:
    """Return the alt text of the figure of the norms."""
    found = {arm: f"{run.growth:.3g}" for arm, run in runs.items()}
    return t("initialization.alt.norms", steps=len(runs["plain"].loss), **found)


def same_runs(result: Equivalence) -> str:
    """Say how close weight decay and a growing rate are."""
    return t(
        "initialization.same.found",
        steps=len(result.decayed),
        same=number_cell(result.difference),
        other=number_cell(result.plain_difference),
        last=number_cell(result.last_rate),
    )


def sweep_alt(sweep: FieldSweep, axis: str) -> str:
    """Return the alt text of a sweep's figure: median losses at both ends and where they are smallest."""
    parts = []
    for arm, changes in enumerate(sweep.arms):
        median = sweep.median_loss(arm)
        best = int(median.argmin())
        optimizer = sweep.optimizer(arm)
        parts.append(
            t(
                "initialization.alt.arm",
                arm=f"{t('arm.' + str(changes['norm']))}, {t('value.optimizer.' + optimizer)}",
                first=_loss(median[0]),
                best=_loss(median[best]),
                at=f"{sweep.values[best]:g}",
                last=_loss(median[-1]),
            )
        )
    return t("initialization.alt.sweep", axis=t(axis), parts="; ".join(parts))


def losses_table(sweep: FieldSweep, scales: Sequence[float]) -> Table:
    """Return the median losses of every arm at some scales, with the runs that diverged."""
    places = [sweep.values.index(scale) for scale in scales]
    rows = []
    for arm, changes in enumerate(sweep.arms):
        median, counts = sweep.median_loss(arm), outcomes(sweep, arm)
        cells = [
            t("initialization.start.diverged", n=counts.diverged[k], seeds=len(sweep.seeds))
            if counts.diverged[k]
            else _loss(median[k])
            for k in places
        ]
        optimizer = t("value.optimizer." + sweep.optimizer(arm))
        rows.append((f"{optimizer}, {t('arm.' + str(changes['norm']))}", *cells))
    return (t("initialization.head.arm"), *(f"$a = {scale:g}$" for scale in scales)), rows


def usable_words(sweep: FieldSweep) -> tuple[tuple[str, str, str], ...]:
    """Return label, median and range over the seeds: without BN, with BN, and their ratio."""
    rows: tuple[tuple[str, LargestUsable], ...] = (
        (t("arm.none"), largest_usable(sweep, 0)),
        (t("arm.batch"), largest_usable(sweep, 1)),
        (t("initialization.rate.factor"), usable_factor(sweep, 1, 0)),
    )
    return tuple(
        (
            label,
            f"{found.median:g}",
            t("initialization.rate.range", low=f"{found.low:g}", high=f"{found.high:g}", seeds=len(sweep.seeds)),
        )
        for label, found in rows
    )


def outcomes_table(sweep: FieldSweep) -> Table:
    """Return, for every rate of a sweep, how many seeds learned, did not learn, or diverged."""
    rows = []
    for arm, changes in enumerate(sweep.arms):
        counts = outcomes(sweep, arm)
        cells = [
            f"{good} / {stalled} / {lost}"
            for good, stalled, lost in zip(counts.learned, counts.stalled, counts.diverged, strict=True)
        ]
        rows.append((t("arm." + str(changes["norm"])), *cells))
    return (t("initialization.head.arm"), *(f"{value:g}" for value in sweep.values)), rows


def _loss(value: float) -> str:
    return f"{value:,.3f}" if value < 10 else number_cell(value)


def _from_to(values: Floats) -> str:
    return f"{number_cell(values[0])} → {number_cell(values[-1])}"
