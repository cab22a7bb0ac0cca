"""Recipes: RunConfig, Experiment, bounds, presets and their text forms. Imports no other room."""

from bnviz.config.bounds import Bounds, Choice, Field, Flag, Name, Numbers, Value
from bnviz.config.errors import InputError
from bnviz.config.experiment import (
    Changes,
    Experiment,
    compare,
    experiment_from_dict,
    format_arms,
    format_value,
    parse_arms,
)
from bnviz.config.fields import ACTIVATIONS, COMPARABLE, FIELDS, LEAKY_SLOPE, LIVE_FIELDS, NETS, NORMS, OPTIMIZERS
from bnviz.config.net_defaults import NET_DEFAULTS
from bnviz.config.presets import PRESETS, preset
from bnviz.config.query import from_query, to_query
from bnviz.config.run_config import RunConfig, config_from_dict, parse_field

__all__ = [
    "ACTIVATIONS",
    "COMPARABLE",
    "FIELDS",
    "LEAKY_SLOPE",
    "LIVE_FIELDS",
    "NETS",
    "NET_DEFAULTS",
    "NORMS",
    "OPTIMIZERS",
    "PRESETS",
    "Bounds",
    "Changes",
    "Choice",
    "Experiment",
    "Field",
    "Flag",
    "InputError",
    "Name",
    "Numbers",
    "RunConfig",
    "Value",
    "compare",
    "config_from_dict",
    "experiment_from_dict",
    "format_arms",
    "format_value",
    "from_query",
    "parse_arms",
    "parse_field",
    "preset",
    "to_query",
]
