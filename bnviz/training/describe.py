"""The description of a run that bnviz trains."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from bnviz.config import Changes, Experiment
from bnviz.data import Dataset
from bnviz.files.provenance import today, versions
from bnviz.telemetry.recorder import edges_for
from bnviz.telemetry.run_description import ArmDescription, DatasetDescription, Provenance, RunDescription
from bnviz.telemetry.saturation import saturation_region
from bnviz.training.device_trial import DeviceChoice
from bnviz.training.evaluate import n_evaluated
from bnviz.training.layer_samples import layer_samples
from bnviz.training.twins import Twin

_MAX_POINTS = 600


def describe(
    experiment: Experiment, dataset: Dataset, twins: Sequence[Twin], choice: DeviceChoice, max_steps: int
) -> RunDescription:
    """Return experiment, arms, axes, data and provenance of a run (HELLO in ARCHITECTURE.md)."""
    return RunDescription(
        experiment=experiment.to_dict(),
        arms=tuple(_arm(changes, twin, dataset) for changes, twin in zip(experiment.arms, twins, strict=True)),
        edges=edges_for([twin.config.activation for twin in twins]),
        dataset=_dataset(dataset, experiment.base.net),
        chance=1 / dataset.n_classes,
        max_steps=max_steps,
        provenance=_provenance(experiment, choice),
        shared_weights=twins[0].shared_weights,
    )


def _provenance(experiment: Experiment, choice: DeviceChoice) -> Provenance:
    rates = {name: round(rate, 1) for name, rate in choice.rates.items()}
    return Provenance(today(), experiment.base.seed, dict(versions()), str(choice.device), rates or UNSET)


def _arm(changes: Changes, twin: Twin, dataset: Dataset) -> ArmDescription:
    return ArmDescription(
        changes=dict(changes),
        config=twin.config.to_dict(),
        layers=tuple(layer.name for layer in twin.layers),
        units=tuple(int(unit) for unit in twin.recorder.units),
        net=twin.config.net,
        width=max(twin.recorder.widths),
        widths=tuple(twin.recorder.widths),
        normalized=any(layer.norm is not None for layer in twin.layers),
        position=twin.config.norm_position,
        saturation=saturation_region(twin.config.activation),
        weights_hash=twin.weights_hash,
        samples=layer_samples(twin.net, twin.layers, dataset.input_size, twin.config.batch_size),
    )


def _dataset(dataset: Dataset, net: str) -> DatasetDescription:
    points = None
    if dataset.is_plane:
        rows = zip(dataset.x_train[:_MAX_POINTS].tolist(), dataset.y_train[:_MAX_POINTS].tolist(), strict=True)
        points = tuple((round(x, 3), round(y, 3), label) for (x, y), label in rows)
    return DatasetDescription(
        name=dataset.name,
        n_train=len(dataset.y_train),
        n_test=len(dataset.y_test),
        classes=tuple(dataset.classes),
        source=dataset.source,
        is_plane=dataset.is_plane,
        n_evaluated=n_evaluated(dataset, net),
        points=points,
    )
