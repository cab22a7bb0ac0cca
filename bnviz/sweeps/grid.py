"""Sweep: the grid of recipes behind a survival map."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass

import torch

from bnviz.config import COMPARABLE, FIELDS, Bounds, Changes, InputError, RunConfig, Value, parse_field
from bnviz.config.numbers import count_of

MAX_VALUES = 40
MAX_CELLS = 20_000
HASH_VERSION = 2
"""Raise it with any change after which equal recipes give other numbers, if only in the last bits."""

_TORCH = torch.__version__.split("+")[0]
_ARMS: tuple[Changes, ...] = ((("norm", "none"),), (("norm", "batch"),))


@dataclass(frozen=True, slots=True)
class Axis:
    """A field and the values that it takes along one side of the map."""

    field: str
    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        if self.field not in COMPARABLE:
            raise InputError(f"a sweep cannot vary {self.field!r:.80}; it may vary {', '.join(COMPARABLE)}")
        if not 1 <= len(self.values) <= MAX_VALUES or len(set(self.values)) < len(self.values):
            raise InputError(f"{self.field} needs 1 to {MAX_VALUES} different values in a sweep")
        for value in self.values:
            FIELDS[self.field].check(self.field, value)


def parse_axis(text: str) -> Axis:
    """Read an axis from text: ``field=low:high:count`` or ``field=value,value``.

    The first form is evenly spaced, by factors where the field moves by factors.

    Raises:
        InputError: no such form, field or value.
    """
    field, equals, values = text.partition("=")
    if not equals or field not in FIELDS:
        raise InputError(f"an axis is FIELD=LOW:HIGH:COUNT or FIELD=VALUE,VALUE, got {text!r:.80}")
    if ":" not in values:
        return Axis(field, tuple(parse_field(field, value.strip()) for value in values.split(",")))
    bounds, parts = FIELDS[field], values.split(":")
    if not isinstance(bounds, Bounds) or len(parts) != 3 or count_of(parts[2]) is None:
        raise InputError(f"an axis is FIELD=LOW:HIGH:COUNT or FIELD=VALUE,VALUE, got {text!r:.80}")
    low, high = parse_field(field, parts[0]), parse_field(field, parts[1])
    if low is None or high is None:
        raise InputError(f"an axis from {low} to {high} has no steps between; list its values")
    return Axis(field, _spaced(bounds, float(low), float(high), int(parts[2])))


def _spaced(bounds: Bounds, low: float, high: float, count: int) -> tuple[Value, ...]:
    if not 2 <= count <= MAX_VALUES:
        raise InputError(f"an axis has 2 to {MAX_VALUES} values, got {count}")
    shares = [k / (count - 1) for k in range(count)]
    if bounds.log and low > 0 and high > 0:
        values = [math.exp(math.log(low) + share * (math.log(high) - math.log(low))) for share in shares]
    else:
        values = [low + share * (high - low) for share in shares]
    values[0], values[-1] = low, high
    if bounds.integer:
        return tuple(dict.fromkeys(round(value) for value in values))
    return tuple(float(f"{value:.6g}") for value in values)


def _plain(name: str, value: Value) -> Value:
    """Return equal values of a field in one form: 1 and 1.0 are the same learning rate."""
    bounds = FIELDS.get(name)
    real = isinstance(bounds, Bounds) and not bounds.integer
    return float(value) if real and isinstance(value, int) else value


@dataclass(frozen=True, slots=True)
class Cell:
    """One net of a sweep: its arm, its row and column on the map, and its whole recipe, seed included."""

    arm: int
    row: int
    column: int
    config: RunConfig

    def key(self, steps: int, data_key: str) -> str:
        """Return a hash of all that the cell's numbers depend on except the processor, hex, 24 digits."""
        config = {name: _plain(name, v) for name, v in self.config.to_dict().items() if name != "dataset"}
        text = json.dumps([HASH_VERSION, _TORCH, config, steps, data_key], sort_keys=True, allow_nan=False)
        return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Sweep:
    """Two fields over a grid, every arm, several seeds.

    Attributes:
        base: recipe that all cells share.
        x: varies along the columns.
        y: varies along the rows.
        arms: what is compared, as in an Experiment.
        seeds: the seeds 0 to seeds - 1.
        steps: updates of every net.
    """

    base: RunConfig
    x: Axis
    y: Axis
    arms: tuple[Changes, ...] = _ARMS
    seeds: int = 3
    steps: int = 300

    def __post_init__(self) -> None:
        if self.x.field == self.y.field:
            raise InputError(f"the two axes must be different fields, got {self.x.field} twice")
        taken = {name for changes in self.arms for name, _ in changes} & {self.x.field, self.y.field}
        if taken:
            raise InputError(f"{taken.pop()} cannot be an axis and set an arm apart as well")
        if not 1 <= self.seeds <= 20 or not 1 <= self.steps <= 1_000_000:
            raise InputError("a sweep has 1 to 20 seeds and 1 to 1,000,000 steps")
        if self.size > MAX_CELLS:
            raise InputError(f"a sweep has at most {MAX_CELLS:,} nets, this one would have {self.size:,}")

    @property
    def size(self) -> int:
        """Number of nets in all."""
        return len(self.arms) * len(self.x.values) * len(self.y.values) * self.seeds

    def cells(self) -> tuple[Cell, ...]:
        """Return all nets: seeds of a grid position together, positions in an order that spreads over the map."""
        rows, columns = len(self.y.values), len(self.x.values)
        positions = sorted(range(rows * columns), key=lambda position: _scattered(position, rows * columns))
        return tuple(
            Cell(arm, position // columns, position % columns, self._config(arm, position, seed))
            for arm in range(len(self.arms))
            for position in positions
            for seed in range(self.seeds)
        )

    def _config(self, arm: int, position: int, seed: int) -> RunConfig:
        row, column = divmod(position, len(self.x.values))
        axes = {self.x.field: self.x.values[column], self.y.field: self.y.values[row]}
        return self.base.with_fields(**dict(self.arms[arm]), **axes, seed=seed)


def _scattered(position: int, total: int) -> float:
    """Return a sort key under which any first part of the positions is spread evenly (golden ratio)."""
    return (position * 0.6180339887498949 * total) % total
