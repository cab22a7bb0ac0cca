"""An ensemble: the arithmetic mean of its members' class probabilities, against each member."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bnviz.data import Dataset
from bnviz.studies.files import finite
from bnviz.studies.records import UnitResult
from bnviz.studies.study import ExtraMetrics, Study, TrainedUnit, UnitOutput
from bnviz.training.evaluate import probabilities

_SMALLEST = 1e-12


def measure_probabilities(trained: TrainedUnit) -> ExtraMetrics:
    """Return the class probabilities of all test images (N, C), float32, as text for ``mean_of_members``."""
    found = probabilities(trained.twin.net, trained.x_test).numpy().astype("<f4")
    return ExtraMetrics({}, base64.b64encode(found.tobytes()).decode())


def mean_of_members(study: Study, members: Sequence[UnitOutput], dataset: Dataset) -> tuple[UnitResult, ...]:
    """Return one unit per seed: the mean of its members' probabilities (Ioffe & Szegedy 2015, sec. 4.2.3).

    Extra numbers: ``members``, accuracy of each member by itself; ``first``, accuracy of the ensembles of the
    first 1, 2, ... members; ``mean_member``. Members that diverged are left out.
    """
    y = dataset.y_test.numpy()
    units = []
    for seed in dict.fromkeys(member.result.seed for member in members):
        ours = [member for member in members if member.result.seed == seed]
        votes = [vote for member in ours if (vote := _read(member.payload, dataset)) is not None]
        if not votes:
            continue
        first = [_accuracy(np.mean(votes[: count + 1], axis=0), y) for count in range(len(votes))]
        alone = [_accuracy(vote, y) for vote in votes]
        mean = np.mean(votes, axis=0)
        loss = float(-np.log(np.maximum(mean[np.arange(len(y)), y], _SMALLEST)).mean())
        units.append(_unit(study, seed, ours, first, alone, loss))
    return tuple(units)


def _unit(
    study: Study, seed: int, members: Sequence[UnitOutput], first: list[float], alone: list[float], loss: float
) -> UnitResult:
    accuracy = finite(first[-1])
    reached = accuracy is not None and accuracy >= study.threshold
    return UnitResult(
        arm=study.combined[0].name,
        seed=seed,
        key="-".join(member.result.key[:4] for member in members),
        steps=(study.steps,),
        train_loss=(None,),
        test_loss=(finite(loss),),
        test_accuracy=(accuracy,),
        final_train_accuracy=None,
        final_test_accuracy=accuracy,
        best_test_accuracy=accuracy,
        steps_to_threshold=study.steps if reached else None,
        diverged=None,
        seconds=0.0,
        step_ms=None,
        extras={
            "members": tuple(finite(value) or 0.0 for value in alone),
            "first": tuple(finite(value) or 0.0 for value in first),
            "mean_member": finite(sum(alone) / len(alone)),
        },
    )


def _accuracy(votes: npt.NDArray[np.floating], y: npt.NDArray[np.int64]) -> float:
    return float((votes.argmax(1) == y).mean())


def _read(payload: str, dataset: Dataset) -> npt.NDArray[np.float64] | None:
    """Return the probabilities (N, C) of a member, or None where they are missing or of another size."""
    try:
        content = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError):
        return None
    shape = (len(dataset.y_test), dataset.n_classes)
    if len(content) != 4 * shape[0] * shape[1]:
        return None
    found = np.frombuffer(content, "<f4").astype(np.float64).reshape(shape)
    return found if np.isfinite(found).all() else None
