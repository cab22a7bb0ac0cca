"""The sidebar: every field of an experiment as a control, the address and the link to share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from bnviz.config import (
    FIELDS,
    NETS,
    PRESETS,
    STARTS,
    Bounds,
    Choice,
    Experiment,
    Flag,
    InputError,
    Numbers,
    parse_field,
    preset,
)
from bnviz.lab import compare, settings
from bnviz.lab.steps import bounds_of, stops
from bnviz.text.catalogue import value_label
from bnviz.ui import url_state
from bnviz.ui.text import language, t

MORE = (
    "norm_position",
    "norm_at",
    "norm_from",
    "eps",
    "momentum",
    "affine",
    "gamma_init",
    "groups",
    "ghost_size",
    "init_std",
    "sgd_momentum",
    "nesterov",
    "weight_decay",
    "decay_norm",
    "lr_half_life",
    "dropout",
    "dropout_at",
    "skip",
    "factorize",
    "lrn",
    "shuffle",
    "distortion",
    "device",
)
# Controls that mean something for some nets only; the others do not show them.
ONLY = {"depth": ("mlp",), "skip": ("resnet20",), "factorize": ("inception",), "lrn": ("inception",)}
_ERROR, _PENDING = "bnviz.address_error", "bnviz.pending"


@dataclass
class Sidebar:
    """Where an error sentence can be put: below each front control, or below More."""

    slots: dict[str, Any] = field(default_factory=dict)

    def tell(self, error: InputError) -> None:
        """Show a sentence beside the control that it names."""
        words = str(error).replace(",", " ").split()
        name = next((word for word in words if word in self.slots), "more")
        self.slots[name].error(t("sidebar.kept", error=str(error).rstrip(".")))


def sidebar(datasets: Mapping[str, str]) -> Experiment:
    """Draw the sidebar and return the experiment that it asks for.

    Args:
        datasets: names that can be trained on and how people read them.

    Returns:
        The experiment; the last good one when the controls contradict each other.
    """
    state: Any = st.session_state
    error = settings.sync_from_url(state, url_state.params(settings.EXPERIMENT_PARAMS))
    for name, value in state.pop(_PENDING, {}).items():
        state[name] = value
    with st.sidebar:
        st.html(f'<p class="bnviz-name">{t("app.name")}</p><p class="bnviz-tagline">{t("app.tagline")}</p>')
        if error:
            st.warning(t("sidebar.link_wrong", error=error.rstrip(".")))
        bar = Sidebar()
        _front(bar, datasets)
        _more(bar)
        try:
            experiment = settings.read(state)
        except InputError as wrong:
            bar.tell(wrong)
            return settings.remembered(state)
        query = settings.remember(state, experiment)
        url_state.replace_params(settings.EXPERIMENT_PARAMS, query)
        _share(query)
    return experiment


def ask(**values: object) -> None:
    """Set controls at the next run: for code that runs after the sidebar was drawn."""
    st.session_state[_PENDING] = values


def ask_experiment(experiment: Experiment) -> None:
    """Set every control to an experiment at the next run."""
    values: dict[str, Any] = {}
    settings.fill(values, experiment)
    ask(**values)


def number(name: str) -> None:
    """Draw a slider of round values; a value off the list joins it."""
    state = st.session_state
    current = settings.from_widget(name, state[name])
    # Writing the value again keeps it when a value off the list changed the options, so the identity.
    state[name] = settings.to_widget(name, current)
    st.select_slider(
        t(f"field.{name}.label"),
        [settings.to_widget(name, value) for value in stops(name, (current,))],
        format_func=lambda value: value_label(name, value, language()),
        key=name,
        help=t(f"field.{name}.help"),
        disabled=state["compare"] == name,
    )


def choice(name: str, options: tuple[str, ...]) -> None:
    """Draw one button an option."""
    st.segmented_control(
        t(f"field.{name}.label"),
        options,
        required=True,
        format_func=lambda value: value_label(name, value, language()),
        key=name,
        help=t(f"field.{name}.help"),
        width="stretch",
    )


def flag(name: str) -> None:
    """Draw a switch."""
    st.toggle(t(f"field.{name}.label"), key=name, help=t(f"field.{name}.help"))


def _draw(name: str) -> None:
    accepted = FIELDS[name]
    if st.session_state["net"] not in ONLY.get(name, NETS):
        return
    if isinstance(accepted, Bounds):
        number(name)
    elif isinstance(accepted, Choice):
        choice(name, accepted.options)
    elif isinstance(accepted, Flag):
        flag(name)
    elif isinstance(accepted, Numbers):
        st.text_input(t(f"field.{name}.label"), key=name, help=t(f"field.{name}.help"))


def _front(bar: Sidebar, datasets: Mapping[str, str]) -> None:
    state = st.session_state
    scene = t("sidebar.scene")
    st.selectbox(
        scene,
        list(PRESETS),
        format_func=lambda name: t(f"scene.{name}.name"),
        key="preset",
        on_change=_take_preset,
        help=t("sidebar.scene_help"),
    )
    names = list(dict.fromkeys((*datasets, state["dataset"])))
    st.selectbox(
        t("field.dataset.label"),
        names,
        format_func=lambda name: datasets.get(name, name),
        key="dataset",
        help=t("field.dataset.help"),
    )
    bar.slots["dataset"] = st.empty()
    st.selectbox(
        t("field.net.label"),
        NETS,
        format_func=lambda name: value_label("net", name, language()),
        key="net",
        help=t("field.net.help"),
        on_change=_take_net,
    )
    bar.slots["net"] = st.empty()
    compare.draw()
    bar.slots["arms"] = bar.slots["norm"] = st.empty()
    for name in ("activation", "lr", "batch_size", "depth", "width", "init", "init_scale", "optimizer"):
        _draw(name)
        bar.slots[name] = st.empty()
    seed = bounds_of("seed")
    st.number_input(t("field.seed.label"), int(seed.lo), int(seed.hi), step=1, key="seed", help=t("field.seed.help"))


def _more(bar: Sidebar) -> None:
    with st.expander(t("sidebar.more")):
        for name in MORE:
            _draw(name)
        st.text_input(
            t("sidebar.exact"),
            key="exact",
            placeholder=t("sidebar.exact_placeholder"),
            help=t("sidebar.exact_help"),
            on_change=_take_exact,
        )
    bar.slots["more"] = st.empty()
    if told := st.session_state.pop(_ERROR, None):
        bar.slots["more"].error(told)


def _take_preset() -> None:
    """Set every control to the chosen scene; the seed and the device stay."""
    state: Any = st.session_state
    if state["preset"] not in PRESETS:  # its name in the language of before; text.arrive mends it
        return
    kept = {name: state[name] for name in ("seed", "device") if name in state}
    settings.fill(state, preset(state["preset"]))
    state.update(kept)


def _take_net() -> None:
    """Set the controls that suit the chosen net."""
    state: Any = st.session_state
    for name, value in STARTS.get(state["net"], {}).items():
        state[name] = settings.to_widget(name, value)


def _take_exact() -> None:
    """Read ``field=value`` pairs into the controls, all or none."""
    state: Any = st.session_state
    text = str(state["exact"])
    try:
        values = dict(_pair(part) for part in text.split())
        settings.read({**state, **values})  # raises what is wrong with the whole
    except InputError as wrong:
        state[_ERROR] = t("sidebar.kept", error=str(wrong).rstrip("."))
        return
    state.update(values)
    state["exact"] = ""


def _pair(part: str) -> tuple[str, Any]:
    name, sign, value = part.partition("=")
    if not sign:
        raise InputError(t("sidebar.exact_form", text=part))
    return name, settings.to_widget(name, parse_field(name, value))


def _share(query: Mapping[str, str]) -> None:
    page = (st.context.url or "").partition("?")[0]
    text = urlencode(query, safe=":,/")
    embed = "&".join(filter(None, (text, "embed=true")))
    with st.popover(t("sidebar.share"), width="stretch", icon=":material/link:"):
        st.caption(t("sidebar.share_open"))
        st.code(page + (f"?{text}" if text else ""), language=None, wrap_lines=True)
        st.caption(t("sidebar.share_embed"))
        st.code(f"{page}?{embed}", language=None, wrap_lines=True)


def changed_words(experiment: Experiment) -> str:
    """Name what differs from the scene: "lr 2, depth 3"; empty when nothing does."""
    words = settings.changes_from(experiment).items()
    return ", ".join(
        t("arm.other", field=t(f"field.{name}.label").lower(), value=value_label(name, value, language()))
        for name, value in words
    )
