"""An experiment as the query of a URL, and back: an address reopens the same experiment."""

from __future__ import annotations

from collections.abc import Mapping

from bnviz.config.experiment import Experiment, format_arms, format_value, parse_arms
from bnviz.config.fields import FIELDS
from bnviz.config.presets import PRESETS, preset
from bnviz.config.run_config import parse_field


def to_query(experiment: Experiment) -> dict[str, str]:
    """Return an experiment as query parameters: its preset and the differences from it.

    Returns:
        ``preset`` (unless "default"), ``arms`` (unless those of the preset) and each field that differs.
    """
    name = experiment.name if experiment.name in PRESETS else "default"
    start = preset(name)
    query = {} if name == "default" else {"preset": name}
    if experiment.arms != start.arms:
        query["arms"] = format_arms(experiment.arms)
    for field in FIELDS:
        value = getattr(experiment.base, field)
        if value != getattr(start.base, field):
            query[field] = format_value(value)
    return query


def from_query(query: Mapping[str, str]) -> Experiment:
    """Read an experiment from query parameters; the inverse of ``to_query``.

    Parameters that are not fields of a RunConfig (``embed``, ``lang``) are ignored.

    Raises:
        InputError: a field has a value that it does not accept.
    """
    start = preset(query.get("preset", "default"))
    changes = {name: parse_field(name, text) for name, text in query.items() if name in FIELDS}
    arms = parse_arms(query["arms"]) if "arms" in query else start.arms
    return Experiment(start.base.with_fields(**changes), arms, start.name)
