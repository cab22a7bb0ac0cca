"""RunDescription: experiment, arms, axes, data and provenance of a run, as typed values that JSON can hold.

It is the HELLO message of the live path and the meta part of a recording. The same types check recordings from
unknown sources: msgspec converts JSON to them, and refuses what bnviz would not write with the path of the first
part that is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from bnviz.config import Experiment, InputError, experiment_from_dict
from bnviz.files.typed_json import convert
from bnviz.telemetry.records import BINS, MAX_LAYERS, MAX_UNITS, STAGES, kept_units

_EXPECTED = "a description that bnviz writes"
MAX_BYTES = 4 * 2**20
"""Longest description, as JSON."""

Text = Annotated[str, Meta(max_length=2000)]
Count = Annotated[int, Meta(ge=0, lt=2**32)]
Number = Annotated[float, Meta(gt=-1e15, lt=1e15)]
Range = tuple[Number, Number]
Value = Text | Annotated[int, Meta(gt=-(10**15), lt=10**15)] | Number | bool | None
Values = Annotated[dict[str, Value], Meta(max_length=100)]
LayerNames = Annotated[tuple[Text, ...], Meta(min_length=1, max_length=MAX_LAYERS)]


def _check_range(name: str, low_high: Range) -> None:
    if not low_high[0] < low_high[1]:
        raise ValueError(f"expected {name} from low to high, got {low_high[0]:g}, {low_high[1]:g}")


class Edges(msgspec.Struct, frozen=True, rename={"pre_activation": "linear"}):
    """Range of the fixed histogram axes per stage, the same for all arms of an experiment.

    On the wire and in files, the pre-activations are called "linear".
    """

    pre_activation: Range = (-6.0, 6.0)
    norm: Range = (-6.0, 6.0)
    activation: Range = (-6.0, 6.0)

    def __post_init__(self) -> None:
        for name in STAGES:
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
        region: inputs (x_low, x_high) that give these two outputs; beyond them lies the saturated region.
    """

    activation: Text
    low: Number
    high: Number
    region: Range

    def __post_init__(self) -> None:
        _check_range("region", self.region)


@dataclass(frozen=True, slots=True)
class SharedWeights:
    """How much of what the networks of a run start from is the same in all of them; every number counts, in two kinds.

    A tensor is *filled* if its entries are all equal: biases at 0, gamma at 1, beta at 0, running means at 0 and
    running variances at 1. All other tensors hold weights that were drawn. A hash over filled tensors proves nothing,
    because they would be the same from any seed.

    Attributes:
        same: weights in tensors that all networks have under one name, with one shape and equal values.
        of: N, all weights of all networks, where equal tensors of one name count once: the networks A and B share
            ``same / of`` = |A and B| / |A or B|.
        filled_apart: entries of filled tensors that not all networks have with equal values, each once: with BN gamma,
            beta and the running statistics, without it the biases that BN makes superfluous.
    """

    same: Count
    of: Count
    filled_apart: Count

    def __post_init__(self) -> None:
        if self.same > self.of:
            raise ValueError(f"expected at most {self.of} shared weights, got {self.same}")


@dataclass(frozen=True, slots=True)
class LayerSample:
    """How much of what a layer gives for one batch its numbers are measured on.

    Attributes:
        places: (kept, all): of dense layers the samples of the batch, all of which are kept; of feature maps the
            samples times the positions of a map. The percentiles of a unit are over the places that are kept.
        values: (kept, all): the values of all units at all places. Histograms, quantiles, moments, the saturated share
            and the mean derivative are over the values that are kept. Smaller than all, they are estimates.
    """

    places: tuple[Count, Count]
    values: tuple[Count, Count]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmDescription:
    """One arm of an experiment.

    Attributes:
        changes: fields in which the arm differs from the base.
        config: the whole recipe; of a watched model only the name of the nonlinearity is known.
        layers: names of the hidden layers, in forward order.
        units: units of the widest layer whose percentiles are recorded.
        width: number of units of the widest layer.
        normalized: whether any layer is normalized.
        position: whether the normalization comes "before" or "after" the nonlinearity.
        saturation: None where the nonlinearity has no saturated region.
        weights_hash: of the initial weights that all arms share, hex.
        net: family of the network; early recordings lack it.
        widths: number of units per layer; early recordings lack it.
        functions: name of each layer's nonlinearity; only of a watched model, whose layers may differ.
        samples: what each layer's numbers are measured on; early recordings and watched models lack it.
    """

    changes: Values
    config: Values
    layers: LayerNames
    units: Annotated[tuple[Count, ...], Meta(min_length=1, max_length=MAX_UNITS)]
    width: Count
    normalized: bool
    position: Text
    saturation: SaturationRegion | None
    weights_hash: Text
    net: Text | UnsetType = UNSET
    widths: Annotated[tuple[Count, ...], Meta(min_length=1, max_length=MAX_LAYERS)] | UnsetType = UNSET
    functions: LayerNames | UnsetType = UNSET
    samples: Annotated[tuple[LayerSample, ...], Meta(min_length=1, max_length=MAX_LAYERS)] | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.position not in ("before", "after"):
            raise ValueError(f"expected position before or after, got {self.position!r:.40}")
        widths = self.widths
        if widths is not UNSET and (len(widths) != len(self.layers) or max(widths) != self.width):
            raise ValueError("expected one of the widths per layer, the largest of them the width")
        if self.functions is not UNSET and len(self.functions) != len(self.layers):
            raise ValueError("expected one of the functions per layer")
        if self.samples is not UNSET and len(self.samples) != len(self.layers):
            raise ValueError("expected one of the samples per layer")

    def recorded_units(self, layer: int) -> list[int]:
        """Return the recorded units of a layer, in the order of the records.

        Where ``widths`` is missing, all layers have the same ``units``.
        """
        if self.widths is UNSET:
            return list(self.units)
        return [int(unit) for unit in kept_units(self.widths[layer])]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetDescription:
    """The data of a run; ``points`` holds (x, y, class) of 2-D data, else None. Early recordings lack n_evaluated."""

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
    """When and with what a run was made; the seed of a watched model is unknown.

    Attributes:
        date: of the day, in UTC.
        seed: of weights and batches.
        versions: by name.
        device: what the run computed on.
        device_rates: steps per second in the trial that chose the device, by device, 0 where it could not run the
            nets; only where a trial was made.
    """

    date: Text
    seed: Count | None
    versions: Values
    device: Text
    device_rates: Annotated[dict[str, Number], Meta(max_length=10)] | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class WatchedNorm:
    """A normalization layer of a watched model, or a call of a function such as ``F.batch_norm``.

    Attributes:
        name: its path in the model.
        kind: what its mean and variance are taken over; "frozen" never uses the batch.
        channels: its number of channels; 0 where it is unknown because the layer has not run.
    """

    name: Text
    kind: Literal["batch", "frozen", "instance", "layer", "rms", "group"]
    channels: Count


@dataclass(frozen=True, slots=True)
class WatchedModel:
    """A model that was recorded in a loop outside of bnviz; early recordings hold only its class.

    Attributes:
        model: name of its class.
        norms: its normalization layers; ``NormRecords.norm`` counts in this order.
        missed: layers that were not seen, and why, one sentence each.
        notes: what else is to be said about the recording, one sentence each.
    """

    model: Text
    norms: Annotated[tuple[WatchedNorm, ...], Meta(max_length=MAX_LAYERS)] = ()
    missed: Annotated[tuple[tuple[Text, Text], ...], Meta(max_length=MAX_LAYERS)] = ()
    notes: Annotated[tuple[Text, ...], Meta(max_length=20)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDescription:
    """Experiment, arms, axes, data and provenance of a run.

    Attributes:
        experiment: as ``Experiment.to_dict`` returns it; a placeholder where a model was watched.
        arms: the arms in the order of the experiment.
        bins: number of bins of every histogram.
        edges: ranges of the histograms.
        dataset: the data that were trained on.
        chance: accuracy of guessing, 0..1.
        max_steps: most updates of the run; 0 where a model was watched.
        provenance: date, seed, versions and device.
        batches_hashes: hash of all batches of every arm; only in recordings of runs.
        watched: the watched model; only where a model was watched.
        shared_weights: what the networks have in common before the first step; early recordings lack it.
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
    shared_weights: SharedWeights | UnsetType = UNSET

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
        """Whether a model was watched, whose recipe is unknown."""
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
        return convert(plain, cls, "description", _EXPECTED)


@dataclass(frozen=True, slots=True)
class RecordingContents:
    """What a recording holds besides arrays: marks (step, kind, text, arm) and surfaces (step, plane, bn_stats)."""

    marks: Annotated[
        tuple[tuple[Count, Literal["changed", "diverged"], Text, Annotated[int, Meta(ge=-1, lt=2**32)]], ...],
        Meta(max_length=200),
    ]
    surfaces: Annotated[
        tuple[tuple[Count, Literal["random", "pca", "pca-own"], Literal["batch", "running"]], ...], Meta(max_length=24)
    ]
    boundary: Count | None
    earlier_boundaries: Annotated[tuple[Count, ...], Meta(max_length=80)] = ()


def read_description(
    text: bytes, label: str, format_name: str, version: int
) -> tuple[RunDescription, RecordingContents]:
    """Read and check the description of a recording.

    Args:
        text: JSON.
        label: name of the file in error messages.
        format_name: the format that the description must name.
        version: the version that the description must name.

    Raises:
        InputError: the text is no JSON, it names another format, or bnviz would not write one of its parts.
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
    return convert(plain, RunDescription, label, _EXPECTED), convert(plain, RecordingContents, label, _EXPECTED)
