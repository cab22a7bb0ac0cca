"""Experiment: a base recipe and the arms that are compared on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bnviz.config.bounds import Value
from bnviz.config.errors import InputError
from bnviz.config.fields import COMPARABLE
from bnviz.config.run_config import RunConfig, config_from_dict, parse_field

Changes = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Experiment:
    """A base RunConfig and one to three arms, each a set of fields that differ from it.

    Attributes:
        base: the recipe that all arms share.
        arms: per arm the fields that it changes, for example ``((("norm", "none"),), (("norm", "batch"),))``.
        name: key of the experiment's texts in assets/text; "custom" for an experiment of the user.
    """

    base: RunConfig
    arms: tuple[Changes, ...] = ((("norm", "none"),), (("norm", "batch"),))
    name: str = "custom"

    def __post_init__(self) -> None:
        if not 1 <= len(self.arms) <= 3:
            raise InputError(f"an experiment has 1 to 3 arms, got {len(self.arms)}")
        for changes in self.arms:
            for field, _ in changes:
                if field not in COMPARABLE:
                    raise InputError(f"arms cannot differ in {field!r:.80}; they may differ in {', '.join(COMPARABLE)}")
        if len(set(self.configs)) != len(self.arms):
            raise InputError("two arms are the same; give each its own value")

    @property
    def configs(self) -> tuple[RunConfig, ...]:
        """The full recipe of each arm, in order."""
        return tuple(self.base.with_fields(**dict(changes)) for changes in self.arms)

    @property
    def differing(self) -> tuple[str, ...]:
        """Names of the fields in which the arms differ, in the order of first appearance."""
        names = dict.fromkeys(name for changes in self.arms for name, _ in changes)
        configs = self.configs
        return tuple(n for n in names if len({getattr(c, n) for c in configs}) > 1)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON."""
        return {"base": self.base.to_dict(), "arms": [dict(changes) for changes in self.arms], "name": self.name}


def compare(base: RunConfig, field: str, values: Sequence[Value], name: str = "custom") -> Experiment:
    """Return the experiment whose arms differ in one field only."""
    return Experiment(base, tuple(((field, value),) for value in values), name)


def experiment_from_dict(data: Mapping[str, Any]) -> Experiment:
    """Rebuild an Experiment from ``to_dict``; raises InputError if a part is missing or wrong."""
    try:
        arms = tuple(tuple(dict(arm).items()) for arm in data["arms"])
        return Experiment(config_from_dict(data["base"]), arms, str(data["name"]))
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("an experiment needs base (fields), arms (list of fields) and name") from error


def parse_arms(text: str) -> tuple[Changes, ...]:
    """Read arms from text: ``none,batch`` (values of norm) or ``field:value,value[,value]``.

    Arms that differ in several fields name them all: ``norm/lr:none/0.1,batch/0.5``.

    Raises:
        InputError: unknown field, wrong value, a value too many or too few, or more than three arms.
    """
    names, colon, values = text.partition(":")
    if not colon:
        names, values = "norm", text
    return tuple(_parse_arm(names.split("/"), value.split("/")) for value in values.split(","))


def _parse_arm(names: Sequence[str], values: Sequence[str]) -> Changes:
    if len(names) != len(values):
        raise InputError(f"an arm of {'/'.join(names)!r:.80} has {len(names)} values, got {'/'.join(values)!r:.80}")
    return tuple((name, parse_field(name, value.strip())) for name, value in zip(names, values, strict=True))


def format_arms(arms: tuple[Changes, ...]) -> str:
    """Return arms that all set the same fields as text; the inverse of ``parse_arms``."""
    fields = {tuple(name for name, _ in changes) for changes in arms}
    if len(fields) != 1:
        raise InputError("only arms that set the same fields can be written as text")
    texts = ("/".join(format_value(value) for _, value in changes) for changes in arms)
    return "/".join(fields.pop()) + ":" + ",".join(texts)


def format_value(value: Value) -> str:
    """Return the value of a field as text that ``parse_field`` can read."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
