"""One experiment in three places that are kept equal: the widgets, the address, and memory between pages.

The address is written with ``bnviz.config.to_query`` and read with ``from_query``, in the same words as on the
command line. Streamlit's ``bind="query-params"`` would drop a wrong value silently, and it knows one fixed
default per widget, whereas the defaults here depend on the scene.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from bnviz.config import (
    FIELDS,
    PRESETS,
    Bounds,
    Changes,
    Experiment,
    InputError,
    RunConfig,
    Value,
    format_value,
    from_query,
    parse_field,
    to_query,
)

State = MutableMapping[str, Any]

EXPERIMENT_PARAMS = ("preset", "arms", *FIELDS)
"""Names of the query parameters that describe an experiment."""

NOTHING = "none"
"""The value of a slider that stands for None, spelled as in the address."""

NORM, NORMALIZERS, ONE, RATES = "norm", "norms", "one", "rates"
"""Values of the compare control besides the fields: with and without BN (RATES: each at a learning rate of its own),
several normalizers, one network."""

OWN_RATES = ("none_lr", "batch_lr")
"""Keys of the learning rates without and with BN, where each network has its own."""

WIDGETS = ("preset", "compare", "first_bn", "second_bn", *OWN_RATES, "values", *FIELDS)
"""Keys of all widgets that describe an experiment."""

FIRST_SCENE = "moons"
"""The scene of an address that names no experiment: points on a plane show at once what a network has learned."""

_QUERY, _SEEN = "bnviz.query", "bnviz.widgets"


def to_widget(name: str, value: Value) -> Value:
    """Return a field's value as its widget holds it, since None means to Streamlit that nothing was chosen."""
    return NOTHING if value is None and _optional(name) else value


def from_widget(name: str, value: Value) -> Value:
    """Return the field's value for a value of its widget, the inverse of ``to_widget``."""
    return None if value == NOTHING and _optional(name) else value


def _optional(name: str) -> bool:
    field = FIELDS[name]
    return isinstance(field, Bounds) and field.optional


def fill(state: State, experiment: Experiment) -> None:
    """Set every widget to an experiment."""
    for name in FIELDS:
        state[name] = to_widget(name, getattr(experiment.base, name))
    state["preset"] = experiment.name if experiment.name in PRESETS else "default"
    fields = {field for changes in experiment.arms for field, _ in changes}
    field = next(iter(fields), NORM)
    values = [dict(changes).get(field) for changes in experiment.arms]
    state["values"] = []
    state["first_bn"], state["second_bn"] = False, True
    rates = _own_rates(experiment)
    state.update(zip(OWN_RATES, rates or (experiment.base.lr,) * 2, strict=True))
    if rates is not None:
        state["compare"] = RATES
    elif len(values) == 1:
        state["compare"] = ONE
        state.update({name: to_widget(name, value) for name, value in experiment.arms[0]})
    elif field == NORM and set(values) == {"none", "batch"}:
        state["compare"] = NORM
        state["first_bn"], state["second_bn"] = (value == "batch" for value in values)
    else:
        state["compare"] = NORMALIZERS if field == NORM else field
        state["values"] = [format_value(value) for value in values]


def read(state: Mapping[str, Any]) -> Experiment:
    """Build the experiment that the widgets ask for; raises InputError when they contradict each other."""
    fields = {name: from_widget(name, state[name]) for name in FIELDS}
    base = RunConfig().with_fields(**fields)
    arms = read_arms(state)
    if len(arms) == 1 and arms[0][0][0] != NORM:
        base, arms = base.with_fields(**dict(arms[0])), _one(str(base.norm))
    # The arms set BN themselves; the shared value follows the scene, so that the address stays short.
    if all(changes[0][0] == NORM for changes in arms):
        base = base.with_fields(norm=PRESETS[state["preset"]].norm)
    return Experiment(base, arms, str(state["preset"]))


def as_controlled(experiment: Experiment) -> Experiment:
    """Return an experiment as the widgets describe it; that is another one if its arms differ in several fields."""
    state: dict[str, Any] = {}
    fill(state, experiment)
    return read(state)


def read_arms(state: Mapping[str, Any]) -> tuple[Changes, ...]:
    """Return the arms that the compare controls describe; two equal networks become one."""
    if state["compare"] == ONE:
        return _one(state["norm"])
    if state["compare"] == NORM:
        names = ["batch" if state[key] else "none" for key in ("first_bn", "second_bn")]
        return tuple(((NORM, name),) for name in dict.fromkeys(names))
    if state["compare"] == RATES:
        pairs = zip(("none", "batch"), OWN_RATES, strict=True)
        return tuple(((NORM, name), ("lr", float(state[key]))) for name, key in pairs)
    field = NORM if state["compare"] == NORMALIZERS else state["compare"]
    values = dict.fromkeys(parse_field(field, str(text).strip()) for text in state["values"])
    return tuple(((field, value),) for value in values) or _one(state["norm"])


def experiment_from_query(query: Mapping[str, str], first: str = FIRST_SCENE) -> tuple[Experiment, str | None]:
    """Read an experiment from query parameters; wrong ones are left out.

    Args:
        query: the parameters.
        first: the scene in the place of one that does not exist, and where nothing of the query is right.

    Returns:
        The experiment, and the first error or None.
    """
    ours = {name: text for name, text in query.items() if name in EXPERIMENT_PARAMS}
    try:
        return from_query(ours), None
    except InputError as error:
        kept = {} if "preset" not in ours else {"preset": ours["preset"] if ours["preset"] in PRESETS else first}
        for name, text in ours.items():
            try:
                from_query({**kept, name: text})
            except InputError:
                continue
            kept[name] = text
        return from_query(kept or {"preset": first}), str(error)


def sync_from_url(state: State, query: Mapping[str, str], first: str = FIRST_SCENE) -> str | None:
    """Load the address into the widgets where it has changed, before any widget is drawn.

    The address counts at a first visit, at a return from another page and after the browser's back button.
    Otherwise the widgets count, and ``remember`` writes their experiment back into the address.

    Args:
        state: the widgets, and what was remembered.
        query: the parameters of the address.
        first: the scene of an address that names no experiment.

    Returns:
        The error message of a wrong address, or None.
    """
    ours = {name: text for name, text in query.items() if name in EXPERIMENT_PARAMS}
    last: dict[str, str] | None = state.get(_QUERY)
    error = None
    if "preset" not in state:
        experiment, error = experiment_from_query(ours or last or {"preset": first}, first)
        fill(state, experiment)
    elif last is not None and ours != last and state.get(_SEEN) == _widgets(state):
        experiment, error = experiment_from_query(ours or {"preset": first}, first)
        fill(state, experiment)
    # Streamlit forgets the value of a control that was not drawn in the last run; restore it.
    for key, value in state.get(_SEEN, {}).items():
        if key not in state:
            state[key] = value
    return error


def address_of(experiment: Experiment) -> dict[str, str]:
    """Return the query parameters of an experiment; never none, since an empty address opens the first scene."""
    return to_query(experiment) or {"preset": experiment.name}


def first_scene(panel: str) -> str:
    """Return the scene of an address that names no experiment; links of old with a panel mean the default one."""
    return "default" if panel else FIRST_SCENE


def remember(state: State, experiment: Experiment) -> dict[str, str]:
    """Keep a valid experiment for other pages; return its query parameters."""
    query = address_of(experiment)
    state[_QUERY] = query
    state[_SEEN] = _widgets(state)
    return query


def remembered(state: Mapping[str, Any]) -> Experiment:
    """Return the last valid experiment, or the default scene."""
    return experiment_from_query(state.get(_QUERY, {}))[0]


def remember_field(state: State, name: str, text: str) -> None:
    """Change one field of the remembered experiment from another page; ``text`` is spelled as in the address."""
    state[_QUERY] = {**state.get(_QUERY, {}), name: text}


def changes_from(experiment: Experiment) -> dict[str, Value]:
    """Return the fields that differ from the scene, except the seed, the device and the fields that arms set."""
    start = PRESETS.get(experiment.name)
    if start is None:
        return {}
    apart = {"seed", "device", *(field for changes in experiment.arms for field, _ in changes)}
    names = (name for name in FIELDS if name not in apart)
    return {n: getattr(experiment.base, n) for n in names if getattr(experiment.base, n) != getattr(start, n)}


def _own_rates(experiment: Experiment) -> tuple[float, ...] | None:
    """Return the learning rates without and with BN if that is all that the arms set; else None."""
    fields = [tuple(name for name, _ in changes) for changes in experiment.arms]
    configs = experiment.configs
    if fields != [(NORM, "lr")] * 2 or [config.norm for config in configs] != ["none", "batch"]:
        return None
    return tuple(config.lr for config in configs)


def _one(norm: str) -> tuple[Changes, ...]:
    return (((NORM, norm),),)


def _widgets(state: Mapping[str, Any]) -> dict[str, Any]:
    return {key: state[key] for key in WIDGETS if key in state}
