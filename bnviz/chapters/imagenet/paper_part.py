"""The paper's tables and figures: printed numbers are bold, computed ones are not."""

from __future__ import annotations

import streamlit as st

from bnviz.chapters.imagenet.figures import ensemble_figure, schematic_figure, table_figure
from bnviz.chapters.imagenet.published import CHANGES, VARIANTS, PrintedValue, Variant, against_inception, claims
from bnviz.chapters.imagenet.published_ensemble import ENTRIES, HE_TOP5, HUMAN_TOP5, Entry
from bnviz.chapters.imagenet.wording import KEYS, area_words, ensemble_notes, gains_words, name_of, source
from bnviz.figures.common import Drawing
from bnviz.text.numbers import MISSING, signed_number
from bnviz.ui.chapter import figure, predict, reason, section
from bnviz.ui.results import table
from bnviz.ui.text import t
from bnviz.ui.url_state import load_into_widget, set_param
from bnviz.ui.widgets import choose, figure_style

SCALES = ("log", "linear")


def variants_table() -> None:
    """Draw Figure 3 with its learning rates, the numbers computed from it, and the source of each column."""
    head = ("model", "lr", "rate", "steps", "fewer", "share", "accuracy", "gain")
    computed = t("imagenet.computed")
    rows = [_variant_row(row) for row in VARIANTS]
    first = VARIANTS[0]
    rows.append(
        (
            f"*{t('imagenet.head.source')}*",
            f"*{source(first.lr.source)}*",
            f"*{computed}*",
            f"*{source(first.steps.source)}*",
            f"*{computed}*",
            f"*{computed}*",
            f"*{source(first.accuracy.source)}*",
            f"*{computed}*",
        )
    )
    table(tuple(t(f"imagenet.head.{name}") for name in head), rows)


def _variant_row(row: Variant) -> tuple[str, ...]:
    found, reference = against_inception(row), row is VARIANTS[0]
    return (
        row.name,
        _bold(row.lr, "{:g}"),
        MISSING if reference else f"× {found.rate:g}",
        _steps(row.steps),
        MISSING if reference or found.fewer is None else f"{found.fewer:.1f}",
        MISSING if reference or found.share is None else f"{found.share:.1f}\u00a0%",
        _bold(row.accuracy, "{:.1f}\u00a0%"),
        MISSING if reference else signed_number(found.gain),
    )


def claims_table() -> None:
    """Draw the rounded numbers of the paper's text beside those computed from its tables."""
    head = tuple(t(f"imagenet.head.{name}") for name in ("claim", "printed", "source", "formula", "gives"))
    table(
        head,
        [
            (
                t(f"imagenet.claim.{claim.key}"),
                f"**{claim.printed:g}**",
                source(claim.source),
                f"${claim.formula}$",
                f"{claim.computed:.2f}",
            )
            for claim in claims()
        ],
    )


def changes_table() -> None:
    """Draw the list of section 4.2.1, each item with the field that sets it here."""
    head = tuple(t(f"imagenet.head.{name}") for name in ("item", "paper", "source", "why", "here"))
    table(
        head,
        [
            (
                f"**{t(f'imagenet.change.{change.key}')}**",
                t(f"imagenet.paper.{change.key}"),
                source(change.amount.source),
                t(f"imagenet.why.{change.key}"),
                f"`{change.field}`: {t(f'imagenet.here.{change.key}')}",
            )
            for change in CHANGES
        ],
    )


def ensemble_table() -> None:
    """Draw Figure 4; what the paper leaves blank is blank."""
    head = ("model", "resolution", "crops", "models", "top1", "top5")
    table(tuple(t(f"imagenet.head.{name}") for name in head), [_entry_row(row) for row in ENTRIES])


def _entry_row(row: Entry) -> tuple[str, ...]:
    size = f"**{t('imagenet.variable')}**" if row.variable else _bold(row.resolution, "{:g}")
    star = r"\*" if row.starred else ""
    return (
        row.name,
        size,
        _bold(row.crops, "{:g}"),
        _bold(row.models, "{:g}"),
        _bold(row.top1, "{:g}\u00a0%"),
        _bold(row.top5, "{:g}\u00a0%") + star,
    )


def table_drawing(scale: str) -> Drawing:
    """Return the figure of Figure 3's table."""
    numbers = "; ".join(
        t("imagenet.alt.row", name=row.name, steps=_millions(row.steps), accuracy=f"{row.accuracy.known:.1f}")
        for row in VARIANTS
    )
    return table_figure(VARIANTS, scale, **figure_style()), t("imagenet.alt.table", numbers=numbers)


def schematic_drawing(chosen: str, scale: str) -> Drawing:
    """Return the figure of the printed points of Figure 2."""
    words = []
    for row in VARIANTS:
        key = "unreached" if row.steps.value is None else "reached"
        accuracy = f"{row.accuracy.known:.1f}"
        words.append(t(f"imagenet.alt.{key}", name=row.name, steps=_millions(row.steps), accuracy=accuracy))
    alt = t("imagenet.alt.schematic", numbers="; ".join(words), name=name_of(chosen))
    return schematic_figure(VARIANTS, chosen, scale, **figure_style()), alt


def ensemble_drawing() -> Drawing:
    """Return the figure of the top-5 errors."""
    numbers = "; ".join(f"{row.name} {row.top5.known:g}" for row in ENTRIES)
    values = {"human": f"{HUMAN_TOP5.value:g}", "he": f"{HE_TOP5.known:g}"}
    return ensemble_figure(ENTRIES, **figure_style()), t("imagenet.alt.ensemble", numbers=numbers, **values)


def _bold(printed: PrintedValue, form: str) -> str:
    return t("imagenet.blank") if printed.value is None else f"**{form.format(printed.value)}**"


def _steps(printed: PrintedValue) -> str:
    blank = printed.value is None
    return t("imagenet.blank") if blank else rf"$\mathbf{{{printed.known / 1e6:.1f} \cdot 10^6}}$"


def _millions(printed: PrintedValue) -> str:
    blank = printed.value is None
    return t("imagenet.blank") if blank else t("imagenet.fig.millions", steps=f"{printed.known / 1e6:.1f}")


def paper_table() -> None:
    """Draw Figure 3 as a table and as a figure, the rounded numbers of the text, and the paper's slips."""
    if not predict("imagenet.rate", ("faster", "slower", "worse"), "slower"):
        return
    section("imagenet.table")
    variants_table()
    st.markdown(t("imagenet.table.sigmoid"))
    scale = choose(st.container(), "scale", "imagenet.control.scale", SCALES, "imagenet.scale")
    figure(*table_drawing(scale), "table-figure")
    reason("imagenet.alone")
    st.markdown(t("imagenet.table.diverged"))
    section("imagenet.claims")
    claims_table()
    section("imagenet.slips")


def paper_curves() -> None:
    """Draw the points of the curves of Figure 2 that the paper prints; no curve."""
    section("imagenet.curves")
    left, right = st.columns(2)
    load_into_widget("variant", KEYS, "x30")
    chosen = left.selectbox(t("imagenet.control.variant"), KEYS, key="variant", format_func=name_of)
    set_param("variant", chosen, "x30")
    scale = choose(right, "step_scale", "imagenet.control.scale", SCALES[::-1], "imagenet.scale")
    figure(*schematic_drawing(chosen, scale), "schematic-figure")
    st.markdown(area_words(chosen))
    reason("imagenet.shape")


def paper_changes() -> None:
    """Draw the list of section 4.2.1."""
    section("imagenet.list")
    changes_table()
    reason("imagenet.shuffled")


def paper_ensemble() -> None:
    """Draw Figure 4 as a table and as a figure."""
    if not predict("imagenet.more", ("crops", "models", "same"), "crops"):
        return
    section("imagenet.ensemble")
    ensemble_table()
    figure(*ensemble_drawing(), "ensemble-figure")
    st.markdown(gains_words())
    for note in ensemble_notes():
        st.markdown(note)
    reason("imagenet.single")
