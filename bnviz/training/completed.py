"""What recordings of earlier versions do not say of themselves, computed again from their recipe."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import msgspec
from msgspec import UNSET

from bnviz.config import InputError
from bnviz.data import load_dataset
from bnviz.files.learned_types import learn
from bnviz.nets import hidden_layers
from bnviz.telemetry.run_description import RunDescription
from bnviz.training.evaluate import n_evaluated
from bnviz.training.layer_samples import layer_samples
from bnviz.training.twins import initial_nets, shared_weights, shared_weights_hashes


def completed(description: RunDescription) -> RunDescription:
    """Return the description with what early recordings lack: shared weights, samples of layers, evaluated images.

    The networks are built again from the recorded seed. Only if their hashes are those that were recorded are they the
    networks of the run; otherwise (other data, another version's draws), and of a watched model, the description is
    returned as it is, and what it lacks stays unknown.
    """
    if description.is_watched or description.shared_weights is not UNSET:
        return description
    return _completed(msgspec.json.encode(description))


@lru_cache(maxsize=16)
def _completed(text: bytes) -> RunDescription:
    learn(RunDescription)
    description = msgspec.json.decode(text, type=RunDescription)
    experiment = description.parsed_experiment
    try:
        dataset = load_dataset(description.dataset.name)
        nets = initial_nets(experiment, dataset)
    except InputError:
        return description
    if shared_weights_hashes(nets) != [arm.weights_hash for arm in description.arms]:
        return description
    samples = [
        layer_samples(net, hidden_layers(net), dataset.input_size, config.batch_size)
        for net, config in zip(nets, experiment.configs, strict=True)
    ]
    return replace(
        description,
        arms=tuple(replace(arm, samples=sizes) for arm, sizes in zip(description.arms, samples, strict=True)),
        dataset=replace(description.dataset, n_evaluated=n_evaluated(dataset, experiment.base.net)),
        shared_weights=shared_weights(nets),
    )
