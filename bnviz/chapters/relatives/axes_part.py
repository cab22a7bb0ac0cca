"""The part on axes: controls, the block, one mean with its numbers, and the means that each way leaves."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from bnviz.array_types import Floats
from bnviz.chapters.relatives import axes, block
from bnviz.chapters.relatives.axes import Leftover
from bnviz.chapters.relatives.axes_figure import block_figure
from bnviz.chapters.relatives.results import Shared
from bnviz.ui.chapter import figure, predict, reason, section
from bnviz.ui.results import table
from bnviz.ui.text import t
from bnviz.ui.widgets import choose, figure_style, value_slider

DIVISORS = (1, 2, 3, 6)
GHOSTS = (2, 3, 6)
SETS: Mapping[str, str] = {
    "batch": r"S = \{(n, c, p) : c = %(c)d\}",
    "layer": r"S = \{(n, c, p) : n = %(n)d\}",
    "group": r"S = \{(n, c, p) : n = %(n)d,\; \lceil c / %(per)d \rceil = %(group)d\}",
    "instance": r"S = \{(n, c, p) : n = %(n)d,\; c = %(c)d\}",
    "ghost": r"S = \{(n, c, p) : c = %(c)d,\; \lceil n / %(ghost)d \rceil = %(part)d\}",
    "per_activation": r"S = \{(n, c, p) : c = %(c)d,\; p = %(p)d\}",
}
"""The set of values that share the mean of the chosen one; numbers count from 1."""


@st.cache_data(max_entries=4, ttl=3600, show_spinner=False)
def _blocks() -> tuple[Floats, Floats]:
    """Return the block of the page, and one whose images replace those of the block."""
    size = block.IMAGES
    return block.digit_block(), block.digit_block(first=size)


def draw() -> None:
    """Draw the part on axes."""
    section("relatives.axes")
    values, others = _blocks()
    way, groups, ghost, chosen = _controls(values.shape)
    shared = axes.share(values, axes.sharing(way, values.shape, groups, ghost))
    left, right = st.columns([3, 2], vertical_alignment="center")
    with left:
        figure(block_figure(shared, values, chosen, **figure_style()), _alt(way, shared, chosen), "block-figure")
    with right:
        st.markdown(f"**{t(f'relatives.way.{way}')}** – {t(f'relatives.over.{way}')}")
        _one_mean(way, shared, values, chosen, groups, ghost)
    section("relatives.left")
    if not predict("relatives.alone", ("batch", "ghost", "layer"), "layer"):
        return
    _leftover_table(axes.leftovers(values, others, groups, ghost), way)
    st.caption(t("relatives.left.note", groups=groups, ghost=ghost))
    reason("relatives.left")
    reason("relatives.identities")


def _controls(shape: tuple[int, ...]) -> tuple[str, int, int, tuple[int, int, int]]:
    """Draw the controls; return way, groups, ghost size and the chosen value, from 0."""
    way = choose(st.container(), "norm_way", "relatives.control.way", axes.WAYS, "relatives.way")
    columns = st.columns(3)
    names = ("image", "channel", "place")
    chosen = [
        int(column.slider(t(f"relatives.control.{name}"), 1, size, start, key=name, bind="query-params")) - 1
        for column, name, size, start in zip(columns, names, shape, (1, 1, 5), strict=True)
    ]
    groups, ghost = 2, 3
    below = st.container()
    if way == "group":
        groups = value_slider(below, "axes_groups", "relatives.control.groups", DIVISORS, groups)
    if way == "ghost":
        ghost = value_slider(below, "axes_ghost", "relatives.control.ghost", GHOSTS, ghost)
    return way, groups, ghost, (chosen[0], chosen[1], chosen[2])


def _one_mean(way: str, shared: Shared, values: Floats, chosen: tuple[int, int, int], groups: int, ghost: int) -> None:
    """Draw set, mean, variance and the normalization of the chosen value, as formulas with numbers."""
    found, after = axes.one_mean(shared, chosen), axes.one_mean_after(shared, chosen)
    per = values.shape[1] // groups
    n, c, p = chosen
    st.latex(
        SETS[way]
        % {
            "n": n + 1,
            "c": c + 1,
            "p": p + 1,
            "per": per,
            "group": c // per + 1,
            "ghost": ghost,
            "part": n // ghost + 1,
        }
    )
    st.latex(rf"|S| = {found.count}, \quad \mu = \frac{{1}}{{|S|}} \sum_S x = {found.mean:.4f}")
    st.latex(rf"\sigma^2 = \frac{{1}}{{|S|}} \sum_S (x - \mu)^2 = {found.variance:.4f}")
    x = values[chosen]
    st.latex(
        r"\hat{x} = \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} = "
        rf"\frac{{{x:.4f} - ({found.mean:.4f})}}{{\sqrt{{{found.variance:.4f} + 10^{{-5}}}}}}"
    )
    st.latex(rf"\hat{{x}} = {shared.normalized[chosen]:.4f}")
    table(
        tuple(t(f"relatives.head.{name}") for name in ("those", "mean", "variance")),
        [
            (t("relatives.row.before"), f"{found.mean:.4f}", f"{found.variance:.4f}"),
            (t("relatives.row.after"), f"{after.mean:.4f}".replace("-0.0000", "0.0000"), f"{after.variance:.4f}"),
        ],
    )


def _leftover_table(found: tuple[Leftover, ...], way: str) -> None:
    names = ("way", "count", "means", "channels", "images", "maps", "companions")
    rows = []
    for each in found:
        label = t(f"relatives.way.{each.way}")
        rows.append(
            (
                f"**{label}**" if each.way == way else label,
                str(each.count),
                str(each.means),
                *(_or_zero(value) for value in (each.channels, each.images, each.maps, each.companions)),
            )
        )
    table(tuple(t(f"relatives.head.{name}") for name in names), rows)


def _or_zero(value: float) -> str:
    """Write a measured value; one that is only rounding becomes a bold zero."""
    return "**0**" if value < 1e-12 else f"{value:.3f}"


def _alt(way: str, shared: Shared, chosen: tuple[int, int, int]) -> str:
    n, c, p = (index + 1 for index in chosen)
    return t(
        "relatives.alt.block",
        way=t(f"relatives.way.{way}"),
        over=t(f"relatives.over.{way}"),
        means=len(shared.counts),
        n=n,
        c=c,
        p=p,
        count=int(shared.counts[shared.labels[chosen]]),
    )
