"""Frames of copies of the arms: what is shown before the first step and where a run rests; no batch is used up."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch

from bnviz.config import Experiment
from bnviz.data import Dataset
from bnviz.telemetry.records import ArmRecord, Frame
from bnviz.training.evaluate import evaluated_part
from bnviz.training.loop import LastEvaluation, Snapshot, TrainingData, train_steps
from bnviz.training.twin_state import restore_twin, twin_state
from bnviz.training.twins import Twin, build_twins


def first_frame(experiment: Experiment, dataset: Dataset, device: torch.device) -> Frame:
    """Observe the untrained arms on their first batch."""
    twins = build_twins(experiment, dataset, device)
    test_data = evaluated_part(dataset, experiment.base.net, device)
    steps = train_steps(
        twins, TrainingData.of(dataset, device), lambda step: True, lambda arm: twins[arm].evaluate(*test_data)
    )
    frame = next(steps).frame
    assert frame is not None  # the first step was asked to be observed
    return frame


def next_snapshot(
    twins: Sequence[Twin],
    copies: Sequence[Twin],
    data: TrainingData,
    step: int,
    last_evaluation: LastEvaluation,
    last_records: Sequence[ArmRecord],
) -> Snapshot | None:
    """Observe what the arms will do in their next step, on copies of them.

    A frame holds the activations and gradients of a step, and so of weights that its update then changes. After
    ``step`` updates, the frame that belongs to the present weights is that of the step to come.

    Args:
        twins: the arms in training; they do not change.
        copies: new arms of the same recipes, which take over their state.
        data: training set on the twins' device.
        step: number of updates so far.
        last_evaluation: last known test loss and accuracy of an arm.
        last_records: the newest record of each arm, which an arm that has diverged repeats.

    Returns:
        The snapshot of this step; None if no arm is left to train.
    """
    for twin, other in zip(twins, copies, strict=True):
        state = twin_state(twin)
        state["optimizer"] = copy.deepcopy(state["optimizer"])  # load_state_dict keeps the tensors that it is given
        restore_twin(other, state)
        other.change_rates(twin.config)
        other.diverged_at = twin.diverged_at
    ahead = next(train_steps(copies, data, lambda _: True, last_evaluation, last_records, step), None)
    return None if ahead is None else ahead.snapshot
