"""RunDescription: what a run is, in plain values: the HELLO of the live path and the meta part of a recording.

The same types describe a run and check a recording that a stranger made: msgspec converts JSON to them and
refuses what bnviz would not write, with the path of the first part that is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from bnviz.config import Experiment, InputError, experiment_from_dict
from bnviz.telemetry.records import BINS, MAX_UNITS, kept_units

T = TypeVar("T")

MAX_BYTES = 2**20
"""Longest description, as JSON."""

Text = Annotated[str, Meta(max_length=2000)]
Count = Annotated[int, Meta(ge=0, lt=2**32)]
Number = Annotated[float, Meta(gt=-1e15, lt=1e15)]
Range = tuple[Number, Number]
Value = Text | Annotated[int, Meta(gt=-(10**15), lt=10**15)] | Number | bool | None
Values = Annotated[dict[str, Value], Meta(max_length=100)]
LayerNames = Annotated[tuple[Text, ...], Meta(min_length=1, max_length=512)]


def _check_range(name: str, low_high: Range) -> None:
    if not low_high[0] < low_high[1]:
        raise ValueError(f"expected {name} from low to high, got {low_high[0]:g}, {low_high[1]:g}")


@dataclass(frozen=True, slots=True)
class Edges:
    """Range of the fixed histogram axes per stage, the same for all arms of an experiment."""

    linear: Range = (-6.0, 6.0)
    norm: Range = (-6.0, 6.0)
    activation: Range = (-6.0, 6.0)

    def __post_init__(self) -> None:
        for name in ("linear", "norm", "activation"):
            _check_range(name, self.of(name))

    def of(self, stage: str) -> tuple[float, float]:
        """Return the range of a stage of ``records.STAGES``."""
        found: tuple[float, float] = getattr(self, stage)
        return found


@dataclass(frozen=True, slots=True)
class SaturationRegion:
    """Where the nonlinearity of an arm counts as saturated.

    Attributes:
        activation: name of the nonlinearity.
        low: outputs below this are saturated.
        high: outputs above this are saturated.
        region: the same on the input, (x_low, x_high).
    """

    activation: Text
    low: Number
    high: Number
    region: Range

    def __post_init__(self) -> None:
        _check_range("region", self.region)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmDescription:
    """One arm.

    Attributes:
        changes: fields that set it apart from the base.
        config: its whole recipe; of a watched model only the name of its nonlinearity.
        layers: names of its hidden layers, in forward order.
        units: which units' percentiles are recorded, of the widest layer.
        width: units of the widest layer.
        normalized: whether any layer is normalized.
        position: where a normalization is, "before" or "after" the nonlinearity.
        saturation: None where the nonlinearity has no saturated region.
        weights_hash: of the initial weights that all arms share, hex.
        net: family of the network; missing in early recordings.
        widths: units per layer; missing in early recordings.
    """

    changes: Values
    config: Values
    layers: LayerNames
    units: Annotated[tuple[Count, ...], Meta(min_length=1, max_length=MAX_UNITS)]
    width: Count
    normalized: bool
    position: Annotated[str, Meta(pattern="^(before|after)$")]
    saturation: SaturationRegion | None
    weights_hash: Text
    net: Text | UnsetType = UNSET
    widths: Annotated[tuple[Count, ...], Meta(min_length=1, max_length=512)] | UnsetType = UNSET

    def __post_init__(self) -> None:
        widths = self.widths
        if widths is not UNSET and (len(widths) != len(self.layers) or max(widths) != self.width):
            raise ValueError("expected one of the widths per layer, the largest of them the width")

    def recorded_units(self, layer: int) -> list[int]:
        """Return which units of a layer are recorded, in the order of the records.

        Layers of unequal width are described by ``widths``; without those all layers have the same ``units``.
        """
        if self.widths is UNSET:
            return list(self.units)
        return [int(unit) for unit in kept_units(self.widths[layer])]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetDescription:
    """The data of a run; ``points`` are (x, y, class) of 2-D data, else None; early recordings lack n_evaluated."""

    name: Text
    n_train: Count
    n_test: Count
    classes: Annotated[tuple[Text, ...], Meta(max_length=1000)]
    source: Text
    is_plane: bool
    points: Annotated[tuple[tuple[Number, Number, Count], ...], Meta(max_length=2000)] | None
    n_evaluated: Count | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class Provenance:
    """When and on what a run was made; the seed of a watched model is unknown."""

    date: Text
    seed: Count | None
    versions: Values
    device: Text


@dataclass(frozen=True, slots=True)
class WatchedModel:
    """The class name of a model that was recorded in its owner's own loop."""

    model: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDescription:
    """What a run is.

    Attributes:
        experiment: as ``Experiment.to_dict``; a stand-in where a model was watched.
        arms: one per arm.
        bins: of every histogram.
        edges: ranges of the histograms.
        dataset: what was trained on.
        chance: accuracy of guessing, 0..1.
        max_steps: most updates of the run; 0 where a model was watched.
        provenance: date, seed, versions, device.
        batches_hashes: per arm, of all batches; only in recordings of runs.
        watched: only where a model was watched.
    """

    experiment: dict[str, Any]
    arms: Annotated[tuple[ArmDescription, ...], Meta(min_length=1, max_length=3)]
    edges: Edges
    dataset: DatasetDescription
    chance: Annotated[float, Meta(ge=0, le=1)]
    max_steps: Count
    provenance: Provenance
    bins: Annotated[int, Meta(ge=BINS, le=BINS)] = BINS
    batches_hashes: Annotated[tuple[Text, ...], Meta(max_length=3)] | UnsetType = UNSET
    watched: WatchedModel | UnsetType = UNSET

    def __post_init__(self) -> None:
        n_arms = len(experiment_from_dict(self.experiment).arms)
        if len(self.arms) != n_arms:
            raise ValueError(f"expected {n_arms} arms as in the experiment, got {len(self.arms)}")

    @property
    def parsed_experiment(self) -> Experiment:
        """The experiment that was run."""
        return experiment_from_dict(self.experiment)

    @property
    def is_watched(self) -> bool:
        """Whether this is somebody else's model, whose recipe is unknown."""
        return self.watched is not UNSET

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON; parts that are missing stay missing."""
        plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))  # lists where JSON has lists
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> RunDescription:
        """Rebuild a description; parts that bnviz does not know are dropped.

        Raises:
            InputError: a part is missing or is not what bnviz writes.
        """
        return converted(plain, cls, "description")


@dataclass(frozen=True, slots=True)
class RecordingContents:
    """What a recording holds beside arrays: marks (step, kind, text, arm), surfaces (step, plane, statistics)."""

    marks: Annotated[
        tuple[tuple[Count, Literal["changed", "diverged"], Text, Annotated[int, Meta(ge=-1, lt=2**32)]], ...],
        Meta(max_length=200),
    ]
    surfaces: Annotated[
        tuple[tuple[Count, Literal["random", "pca", "pca-own"], Literal["batch", "running"]], ...], Meta(max_length=24)
    ]
    boundary: Count | None


def converted(plain: object, kind: type[T], label: str) -> T:
    """Convert plain values to a type and check them.

    Raises:
        InputError: one sentence with the path of the first part that does not fit.
    """
    try:
        return msgspec.convert(plain, kind)
    except (msgspec.ValidationError, RecursionError) as error:
        raise InputError(f"{label}: expected a description as bnviz writes it: {error!s:.200}") from error


def read_description(
    text: bytes, label: str, format_name: str, version: int
) -> tuple[RunDescription, RecordingContents]:
    """Read and check the description of a recording.

    Args:
        text: JSON.
        label: what error messages call the file.
        format_name: the format that it must name.
        version: the version that it must name.

    Raises:
        InputError: no JSON, another format, or a part that bnviz would not write.
    """
    try:
        plain = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{label}: found an unreadable description, expected JSON in meta") from error
    expected = f"expected {format_name} version {version}"
    if not isinstance(plain, dict):
        raise InputError(f"{label}: found no description, {expected}")
    if (plain.get("format"), plain.get("version")) != (format_name, version):
        found = f"{plain.get('format')!s:.40} version {plain.get('version')!s:.20}"
        raise InputError(f"{label}: found {found}, {expected}")
    return converted(plain, RunDescription, label), converted(plain, RecordingContents, label)
