"""The sidebar: a control for every field of an experiment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from bnviz.config import (
    FIELDS,
    NET_DEFAULTS,
    NETS,
    PRESETS,
    Bounds,
    Choice,
    Experiment,
    Flag,
    InputError,
    Numbers,
    parse_field,
    preset,
)
from bnviz.lab import compare, link_note, settings
from bnviz.lab.slider_values import bounds_of, slider_values
from bnviz.text.catalogue import value_label
from bnviz.text.plain import cut
from bnviz.ui import url_state
from bnviz.ui.text import language, t, wrong_sentence

FRONT = ("lr", "depth")
"""The controls in front, below that of BN."""

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
# Controls that apply to some nets only; they are hidden for the others.
ONLY = {"depth": ("mlp",), "skip": ("resnet20",), "factorize": ("inception",), "lrn": ("inception",)}
MAX_ADDED = 4
"""Most values that are not listed and stay on a slider."""
_ERROR, _PENDING = "bnviz.address_error", "bnviz.pending"
_ADDED, _DRAWN = "bnviz.added_values", "bnviz.drawn_options"


@dataclass
class Sidebar:
    """The places for error messages: below each control in front, and below More."""

    slots: dict[str, Any] = field(default_factory=dict)

    def show_error(self, error: InputError) -> None:
        """Show an error below the control that it names, else below More."""
        words = str(error).replace(",", " ").split()
        name = next((word for word in words if word in self.slots), "more")
        self.slots[name].error(t("sidebar.kept", error=wrong_sentence(error)))


def sidebar(datasets: Mapping[str, str]) -> Experiment:
    """Draw the sidebar and return the experiment that its controls describe.

    Args:
        datasets: names of the data sets that can be trained on, each with its label.

    Returns:
        The experiment; the last valid one while the controls contradict each other.
    """
    state: Any = st.session_state
    first = settings.first_scene(url_state.param("panel"))
    link_note.tell(settings.sync_from_url(state, link_note.asked(), first))
    for name, value in state.pop(_PENDING, {}).items():
        state[name] = value
    with st.sidebar:
        st.html(f'<p class="bnviz-name">{t("app.name")}</p><p class="bnviz-tagline">{t("app.tagline")}</p>')
        bar = Sidebar()
        _front(bar)
        _more(bar, datasets)
        try:
            experiment = settings.read(state)
        except InputError as wrong:
            bar.show_error(wrong)
            return settings.remembered(state)
        query = settings.remember(state, experiment)
        url_state.replace_params(settings.EXPERIMENT_PARAMS, query)
    return experiment


def set_on_next_run(**values: object) -> None:
    """Set controls at the next run; for code that runs after the sidebar was drawn."""
    st.session_state[_PENDING] = values


def load_into_widgets(experiment: Experiment) -> None:
    """Load an experiment into all controls, at the next run."""
    values: dict[str, Any] = {}
    settings.fill(values, experiment)
    set_on_next_run(**values)


def number_slider(name: str, caption: str = "", key: str = "") -> None:
    """Draw a slider over round values; a current value that is not listed is added.

    A control in front is explained by a caption below it, the others by a hint beside their label.

    Streamlit sends a value that is written here back to the browser, where it would replace one that was chosen in the
    meantime. So nothing is written but with new options: those change the widget's identity and would lose its value.
    For the same reason, an added value stays.

    Args:
        name: the field.
        caption: what explains a control in front.
        key: key of a slider for one network alone, whose label is ``compare.<key>``; else that of the field.
    """
    state: Any = st.session_state
    label, key = t(f"compare.{key}" if key else f"field.{name}.label"), key or name
    current = settings.from_widget(name, state[key])
    added, drawn = state.setdefault(_ADDED, {}), state.setdefault(_DRAWN, {})
    if current not in slider_values(name, added.get(key, ())):
        added[key] = (*added.get(key, ())[-MAX_ADDED + 1 :], current)
    options = [settings.to_widget(name, value) for value in slider_values(name, added.get(key, ()))]
    if drawn.get(key) != options:
        drawn[key] = options
        state[key] = settings.to_widget(name, current)
    st.select_slider(
        label,
        options,
        format_func=lambda value: value_label(name, value, language()),
        key=key,
        help=None if caption else t(f"field.{name}.help"),
        disabled=state["compare"] == name,
    )
    if caption:
        st.caption(caption)


def choice_buttons(name: str, options: tuple[str, ...]) -> None:
    """Draw one button per option."""
    st.segmented_control(
        t(f"field.{name}.label"),
        options,
        required=True,
        format_func=lambda value: value_label(name, value, language()),
        key=name,
        help=t(f"field.{name}.help"),
        width="stretch",
    )


def switch(name: str) -> None:
    """Draw a switch for a yes-or-no field."""
    st.toggle(t(f"field.{name}.label"), key=name, help=t(f"field.{name}.help"))


def _draw(name: str, caption: str = "") -> None:
    accepted = FIELDS[name]
    if st.session_state["net"] not in ONLY.get(name, NETS):
        return
    if isinstance(accepted, Bounds):
        number_slider(name, caption)
    elif isinstance(accepted, Choice):
        choice_buttons(name, accepted.options)
    elif isinstance(accepted, Flag):
        switch(name)
    elif isinstance(accepted, Numbers):
        st.text_input(t(f"field.{name}.label"), key=name, help=t(f"field.{name}.help"))


def _front(bar: Sidebar) -> None:
    """Draw the three controls that a newcomer needs."""
    compare.front()
    bar.slots["arms"] = bar.slots["norm"] = st.empty()
    for name in FRONT:
        if name == "lr" and st.session_state["compare"] == settings.RATES:
            for key in settings.OWN_RATES:
                number_slider(name, key=key)
        else:
            _draw(name, caption=t(f"sidebar.front.{name}"))
        bar.slots[name] = st.empty()


def _more(bar: Sidebar, datasets: Mapping[str, str]) -> None:
    """Draw all other controls in a box that can be folded away."""
    with st.expander(t("sidebar.more"), key="more"):
        _scene_and_data(datasets)
        compare.what()
        for name in ("activation", "batch_size", "width", "init", "init_scale", "optimizer"):
            _draw(name)
        seed = bounds_of("seed")
        label, help_words = t("field.seed.label"), t("field.seed.help")
        st.number_input(label, int(seed.lo), int(seed.hi), step=1, key="seed", help=help_words)
        st.divider()
        for name in MORE:
            _draw(name)
        st.text_input(
            t("sidebar.exact"),
            key="exact",
            placeholder=t("sidebar.exact_placeholder"),
            help=t("sidebar.exact_help"),
            on_change=_apply_exact,
        )
    bar.slots["more"] = st.empty()
    if message := st.session_state.pop(_ERROR, None):
        bar.slots["more"].error(message)


def _scene_and_data(datasets: Mapping[str, str]) -> None:
    st.selectbox(
        t("sidebar.scene"),
        list(PRESETS),
        format_func=lambda name: t(f"scene.{name}.name"),
        key="preset",
        on_change=_load_preset,
        help=t("sidebar.scene_help"),
    )
    names = list(dict.fromkeys((*datasets, st.session_state["dataset"])))
    st.selectbox(
        t("field.dataset.label"),
        names,
        format_func=lambda name: datasets.get(name) or cut(name),
        key="dataset",
        help=t("field.dataset.help"),
    )
    st.selectbox(
        t("field.net.label"),
        NETS,
        format_func=lambda name: value_label("net", name, language()),
        key="net",
        help=t("field.net.help"),
        on_change=_load_net_defaults,
    )


def _load_preset() -> None:
    """Set every control to the chosen scene; the seed and the device are kept."""
    state: Any = st.session_state
    if state["preset"] not in PRESETS:  # still the name in the former language; ui.text repairs it
        return
    kept = {name: state[name] for name in ("seed", "device") if name in state}
    settings.fill(state, preset(state["preset"]))
    state.update(kept)


def _load_net_defaults() -> None:
    """Set the controls to starting values that suit the chosen net."""
    state: Any = st.session_state
    for name, value in NET_DEFAULTS.get(state["net"], {}).items():
        state[name] = settings.to_widget(name, value)


def _apply_exact() -> None:
    """Load ``field=value`` pairs into the controls, all of them or none."""
    state: Any = st.session_state
    text = str(state["exact"])
    try:
        values = dict(_pair(part) for part in text.split())
        settings.read({**state, **values})  # raises InputError if the fields do not fit together
    except InputError as wrong:
        state[_ERROR] = t("sidebar.kept", error=wrong_sentence(wrong))
        return
    state.update(values)
    state["exact"] = ""


def _pair(part: str) -> tuple[str, Any]:
    name, sign, value = part.partition("=")
    if not sign:
        raise InputError(t("sidebar.exact_form", text=part))
    return name, settings.to_widget(name, parse_field(name, value))


def changed_words(experiment: Experiment) -> str:
    """Return the fields that differ from the scene as words, such as "lr 2, depth 3"; empty without differences."""
    words = settings.changes_from(experiment).items()
    return ", ".join(
        t("arm.other", field=t(f"field.{name}.label").lower(), value=cut(value_label(name, value, language())))
        for name, value in words
    )
