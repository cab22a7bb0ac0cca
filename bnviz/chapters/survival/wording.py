"""The survival map written out: legend, rule, counts, one place, and the table."""

from __future__ import annotations

from html import escape

from bnviz.chapters.survival.labels import COLORS, SYMBOLS, arm_names, axis_label, cell_facts
from bnviz.chapters.survival.results import SurvivalMap
from bnviz.chapters.survival.survival_map import MapComparison, compare_arms
from bnviz.chapters.survival.table import rows_of
from bnviz.sweeps.outcome import INACTIVE, LEARNED, OUTCOMES, STARTED
from bnviz.sweeps.result import SweepResult
from bnviz.ui.text import language, t

FORMULA = r"p = \frac{a - c}{1 - c}"


def legend() -> str:
    """Return the outcomes with color and symbol, as HTML."""
    chips = (
        f'<span style="display:inline-block;width:1.5em;text-align:center;margin-right:.35em;'
        f'border-radius:3px;background:{COLORS[name]};color:{"#fff" if name == "diverged" else "#10141a"}">'
        f"{SYMBOLS[name]}</span>{escape(t(f'survival.outcome.{name}'))}"
        for name in OUTCOMES
    )
    return '<p class="bnviz-why">' + " &emsp; ".join(chips) + "</p>"


def rule() -> str:
    """Return the rule of ``outcome_of`` with its own numbers."""
    numbers = {"learned": f"{LEARNED:g}", "started": f"{STARTED:g}", "idle": f"{100 * INACTIVE:g}"}
    lines = [f"- {SYMBOLS[name]} " + t(f"survival.rule.{name}", **numbers) for name in OUTCOMES]
    return "\n".join(lines)


def counts(found: SurvivalMap) -> list[str]:
    """Say how many places live in each arm, and where an arm does not help."""
    names = arm_names(found, language())
    sentences = []
    for arm in range(1, len(found.arms)):
        pair = compare_arms(found, 0, arm)
        if pair.places:
            sentences.append(_pair_words(pair, names[0], names[arm]))
    return sentences


def _pair_words(pair: MapComparison, one: str, other: str) -> str:
    return t(
        "survival.counts",
        one=one,
        other=other,
        places=pair.places,
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
    """Return the map in words: how many places of each arm came to what."""
    lang = language()
    parts = []
    for arm, name in enumerate(arm_names(found, lang)[:arms]):
        tally = [(key, sum(place.outcome == key for place in found.of_arm(arm))) for key in OUTCOMES]
        told = ", ".join(f"{t(f'survival.outcome.{key}')} {count}" for key, count in tally if count)
        parts.append(f"{name}: {told or t('survival.fig.unknown')}")
    return t(
        "survival.alt",
        x=axis_label(found.x_field, lang),
        y=axis_label(found.y_field, lang),
        columns=len(found.xs),
        rows=len(found.ys),
        numbers="; ".join(parts),
    )


def cell_text(found: SurvivalMap, arm: int, row: int, column: int) -> str:
    """Return what is known of one arm at one place, as a list."""
    name, place = arm_names(found, language())[arm], found.at(arm, row, column)
    facts = [t("survival.fig.unknown")] if place is None else cell_facts(place, found.seeds, language())
    return f"**{name}**\n\n" + "\n".join(f"- {fact}" for fact in facts)


def table(result: SweepResult, names: tuple[str, ...]) -> list[dict[str, object]]:
    """Return one row a net with heads and outcomes in the reader's language.

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
    cells = sorted(result.cells, key=lambda cell: (cell.arm, cell.row, cell.column, cell.seed))
    for words, cell in zip(shown, cells, strict=True):
        words[t("survival.table.arm")] = names[cell.arm]
    return shown
