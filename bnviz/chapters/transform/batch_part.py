"""The batch of the transform chapter: chosen, edited, kept in the address."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from bnviz.array_types import Floats
from bnviz.chapters.transform.batches import (
    FEATURES,
    LARGEST,
    PRESETS,
    SAMPLES,
    batch_from_text,
    batch_to_text,
    check_affine,
    check_batch,
    draw_batch,
)
from bnviz.chapters.transform.forward import transform
from bnviz.chapters.transform.results import Transform
from bnviz.config import InputError
from bnviz.ui.text import t, wrong_sentence
from bnviz.ui.url_state import load_into_widget, params, set_param

EPSILONS = (1e-5, 1e-3, 0.1, 1.0)
_MAX_HEIGHT = 320
"""Pixels; a taller table of numbers scrolls."""


class BatchRecipe(NamedTuple):
    """What a batch is drawn from; see ``draw_batch``."""

    preset: str
    n_samples: int
    n_features: int
    seed: int


def batch_controls() -> tuple[BatchRecipe, float]:
    """Draw the choices that a batch is drawn from; return its recipe and epsilon."""
    columns = st.columns([2.2, 1, 1, 1, 1.2])
    presets = list(PRESETS)
    load_into_widget("batch", presets, presets[0])
    preset = columns[0].segmented_control(
        t("transform.control.batch"),
        presets,
        required=True,
        key="batch",
        on_change=_resize,
        format_func=lambda name: t(f"transform.batches.{name}"),
    )
    set_param("batch", preset, presets[0])
    # No default values here: the presets set these two, and Streamlit warns about a default besides.
    n_samples = columns[1].slider(t("transform.control.samples"), *SAMPLES, step=1, key="samples", bind="query-params")
    n_features = columns[2].slider(
        t("transform.control.features"), *FEATURES, step=1, key="features", bind="query-params"
    )
    draw = columns[3].number_input(
        t("transform.control.draw"), 0, 999, 0, key="draw", bind="query-params", help=t("transform.control.draw_help")
    )
    eps = columns[4].select_slider(
        t("transform.control.epsilon"),
        EPSILONS,
        EPSILONS[0],
        key="epsilon",
        bind="query-params",
        format_func=lambda value: f"{value:g}",
        help=t("transform.control.epsilon_help"),
    )
    return BatchRecipe(str(preset), n_samples, n_features, int(draw)), float(eps)


def batch_editor(place: DeltaGenerator, recipe: BatchRecipe, eps: float) -> Transform | None:
    """Draw the editable numbers, gamma and beta; return their transform, or None if a cell is no number."""
    n_features = recipe.n_features
    drawn = draw_batch(*recipe)
    identity = np.stack([np.ones(n_features), np.zeros(n_features)])
    samples = [str(number + 1) for number in range(len(drawn))]
    try:
        with place:
            x = check_batch(_table("x", recipe, drawn, samples))
            gamma, beta = check_affine(_table("affine", ("affine", n_features), identity, ["γ", "β"]), n_features)
    except InputError as error:
        st.error(wrong_sentence(error))
        return None
    return transform(x, gamma, beta, eps)


def _resize() -> None:
    state: Any = st.session_state
    state["samples"], state["features"] = PRESETS[state["batch"]]


def _table(name: str, recipe: tuple[object, ...], drawn: Floats, rows: list[str]) -> Floats:
    """Draw an editor; return its numbers, and keep changed ones in the address."""
    start = _start(name, recipe, drawn)
    # Columns have the same names in every language, so that edits survive a switch; only labels differ.
    names = [str(place) for place in range(1, start.shape[1] + 1)]
    cells: dict[str, list[Any]] = {"row": rows}
    cells |= {column: start[:, place].tolist() for place, column in enumerate(names)}
    config = {"row": st.column_config.TextColumn(t(f"transform.control.rows_{name}"))}
    config |= {
        column: st.column_config.NumberColumn(
            t("transform.figure.feature", number=column), min_value=-LARGEST, max_value=LARGEST, required=True
        )
        for column in names
    }
    done = st.data_editor(
        cells,
        key=f"{name}-{'-'.join(map(str, recipe))}",
        hide_index=True,
        disabled=["row"],
        column_config=config,
        alt=t(f"transform.alt.{name}"),
        height="content" if len(rows) <= 8 else _MAX_HEIGHT,
    )
    numbers = np.array([list(done[column]) for column in names], np.float64).T
    if np.array_equal(numbers, drawn):
        set_param(name, None)
    elif np.isfinite(numbers).all():
        set_param(name, batch_to_text(numbers))
    return numbers


def _start(name: str, recipe: tuple[object, ...], drawn: Floats) -> Floats:
    """Return the numbers that an editor starts from: those of the opened link, else the drawn ones."""
    state: Any = st.session_state
    kept = state.get(f"transform.{name}")
    if kept is None or kept[0] != recipe:
        kept = (recipe, drawn if kept else _linked(name, drawn))
        state[f"transform.{name}"] = kept
    start: Floats = kept[1]
    return start


def _linked(name: str, drawn: Floats) -> Floats:
    text = params((name,)).get(name)
    if text is None:
        return drawn
    try:
        return batch_from_text(text, (drawn.shape[0], drawn.shape[1]))
    except InputError as error:
        st.warning(t("transform.link_wrong", error=wrong_sentence(error)))
        return drawn
