"""The words of the survival map: legend, rule, counts, one cell, and the table."""

from __future__ import annotations

from html import escape

from bnviz.chapters.survival.labels import COLORS, COLORS_DARK, SYMBOLS, arm_names, axis_label, cell_facts
from bnviz.chapters.survival.results import SurvivalMap
from bnviz.chapters.survival.survival_map import MapComparison, compare_arms
from bnviz.chapters.survival.table import rows_of
from bnviz.sweeps.outcome import INACTIVE, LEARNED, OUTCOMES, STARTED
from bnviz.sweeps.result import SweepResult
from bnviz.ui.text import language, t

FORMULA = r"p = \frac{a - c}{1 - c}"


def legend(dark: bool) -> str:
    """Return the outcomes with color and symbol, as HTML."""
    colors, on_dark = (COLORS_DARK, ("diverged", "stalled")) if dark else (COLORS, ("diverged",))
    chips = (
        f'<span style="display:inline-block;width:1.5em;text-align:center;margin-right:.35em;'
        f'border-radius:3px;background:{colors[name]};color:{"#fff" if name in on_dark else "#10141a"}">'
        f"{SYMBOLS[name]}</span>{escape(t(f'survival.outcome.{name}'))}"
        for name in OUTCOMES
    )
    return '<p class="bnviz-why">' + " &emsp; ".join(chips) + "</p>"


def rule() -> str:
    """Return the rule of ``outcome_of`` with its numbers, as a list."""
    numbers = {"learned": f"{LEARNED:g}", "started": f"{STARTED:g}", "idle": f"{100 * INACTIVE:g}"}
    lines = [f"- {SYMBOLS[name]} " + t(f"survival.rule.{name}", **numbers) for name in OUTCOMES]
    return "\n".join(lines)


def counts(found: SurvivalMap) -> list[str]:
    """Return one paragraph per arm after the first: in how many cells the two train, and where it does not help."""
    names = arm_names(found, language())
    sentences = []
    for arm in range(1, len(found.arms)):
        pair = compare_arms(found, 0, arm)
        if pair.cells:
            sentences.append(_pair_words(pair, names[0], names[arm]))
    return sentences


def _pair_words(pair: MapComparison, one: str, other: str) -> str:
    return t(
        "survival.counts",
        one=one,
        other=other,
        cells=pair.cells,
        first=pair.first,
        second=pair.second,
        saved=pair.saved,
        lost=pair.lost,
        both=pair.both,
        neither=pair.neither,
        lower=pair.lower,
        unhelped=pair.unhelped,
        shaky=pair.shaky,
    )


def alt(found: SurvivalMap, arms: int) -> str:
    """Return the alt text of the map: the number of cells of each arm per outcome."""
    lang = language()
    parts = []
    for arm, name in enumerate(arm_names(found, lang)[:arms]):
        tally = [(key, sum(cell.outcome == key for cell in found.of_arm(arm))) for key in OUTCOMES]
        words = ", ".join(f"{t(f'survival.outcome.{key}')} {count}" for key, count in tally if count)
        parts.append(f"{name}: {words or t('survival.fig.unknown')}")
    return t(
        "survival.alt",
        x=axis_label(found.x_field, lang),
        y=axis_label(found.y_field, lang),
        columns=len(found.xs),
        rows=len(found.ys),
        numbers="; ".join(parts),
    )


def cell_text(found: SurvivalMap, arm: int, row: int, column: int) -> str:
    """Return the facts of one arm in one cell, as a list."""
    name, cell = arm_names(found, language())[arm], found.at(arm, row, column)
    facts = [t("survival.fig.unknown")] if cell is None else cell_facts(cell, found.seeds, language())
    return f"**{name}**\n\n" + "\n".join(f"- {fact}" for fact in facts)


def table(result: SweepResult, names: tuple[str, ...]) -> list[dict[str, object]]:
    """Return one row per network, with heads and outcomes in the reader's language.

    Args:
        result: the sweep.
        names: the arms' names.
    """
    lang = language()
    shown: list[dict[str, object]] = []
    for row in rows_of(result):
        words: dict[str, object] = {}
        for key, value in row.items():
            is_axis = key in (result.sweep.x.field, result.sweep.y.field)
            words[axis_label(key, lang) if is_axis else t(f"survival.table.{key}")] = value
        words[t("survival.table.outcome")] = t(f"survival.outcome.{row['outcome']}")
        shown.append(words)
    nets = sorted(result.cells, key=lambda net: (net.arm, net.row, net.column, net.seed))
    for words, net in zip(shown, nets, strict=True):
        words[t("survival.table.arm")] = names[net.arm]
    return shown
