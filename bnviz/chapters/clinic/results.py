"""What an examination finds, and the course of a cure: numbers only."""

from __future__ import annotations

from dataclasses import dataclass, field

from bnviz.array_types import Floats


@dataclass(frozen=True, slots=True, eq=False)
class LayerState:
    """One BN layer, channel by channel; each array is (C,).

    Attributes:
        name: its path in the net.
        batch_mean: of its input, over one batch in training mode.
        batch_var: the biased variance of the same values.
        mean: running mean; None where the layer keeps no statistics.
        var: running variance; None where the layer keeps no statistics.
        eps: what it adds to the variance.
        gamma: scale of each channel.
    """

    name: str
    batch_mean: Floats
    batch_var: Floats
    mean: Floats | None
    var: Floats | None
    eps: float
    gamma: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """A net as it is.

    Attributes:
        batch: accuracy on the test images with the statistics of each batch, 0..1.
        served: accuracy as the net is served.
        train: accuracy on (some of) the images that it was trained on, with the statistics of each batch.
        uses_batch: whether it is served on the statistics of its batch.
        size: images per request.
        by_class: whether the images of a class come together.
        layers: every BN layer in the order of the net.
    """

    batch: float
    served: float
    train: float
    uses_batch: bool
    size: int
    by_class: bool
    layers: tuple[LayerState, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """One moment of a cure: how far it is, in batches or updates, and what an examination finds then."""

    at: int
    found: Examination


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """What a cure did.

    Attributes:
        patient: name of the patient.
        cure: name of the cure.
        unit: what ``Moment.at`` counts: "once", "batches" or "updates".
        moments: the first one is before the cure.
        goal: accuracy of the healthy twin.
        healed: whether the accuracy as served ends within ``patients.TOLERANCE`` of the goal.
    """

    patient: str
    cure: str
    unit: str
    moments: tuple[Moment, ...]
    goal: float
    healed: bool


@dataclass(slots=True)
class Curve:
    """How a net fell ill: accuracies on the way.

    Attributes:
        step: updates, or forwards after the last update.
        train: on images of the training set, with the statistics of each batch.
        batch: on test images, with the statistics of each batch.
        served: on test images, as the net is served.
        marks: what happened at a step, by the key of its sentence.
    """

    step: list[int] = field(default_factory=list)
    train: list[float] = field(default_factory=list)
    batch: list[float] = field(default_factory=list)
    served: list[float] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)
