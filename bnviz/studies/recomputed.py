"""The running statistics of training against statistics recomputed with the trained weights."""

from __future__ import annotations

from torch import Tensor

from bnviz.studies.files import significant
from bnviz.studies.samples import balanced
from bnviz.studies.statistics import running_norms, statistics_of
from bnviz.studies.study import ExtraMetrics, PostTrainingHook, TrainedUnit
from bnviz.training.evaluate import loss_and_accuracy

_SAMPLES = 2000


def seen_in_training(trained: TrainedUnit) -> Tensor:
    """Return at most 2,000 training samples, balanced and evenly spaced: (N, D)."""
    return trained.x_train[balanced(trained.dataset.y_train, _SAMPLES).to(trained.x_train.device)]


def running_and_recomputed(trained: TrainedUnit) -> dict[str, float]:
    """Return test accuracies ``test.running`` and, of nets that keep statistics, ``test.recomputed``.

    Recomputed: over training samples with the trained weights, dropout off (Ioffe & Szegedy 2015, alg. 2).
    """
    net, test = trained.twin.net, (trained.x_test, trained.y_test)
    extras = {"test.running": loss_and_accuracy(net, *test)[1]}
    if running_norms(net):
        with statistics_of(net, seen_in_training(trained)):
            extras["test.recomputed"] = loss_and_accuracy(net, *test)[1]
    return {name: significant(value) for name, value in extras.items()}


def measure_population_statistics(trained: TrainedUnit) -> ExtraMetrics:
    """Test with running and with recomputed statistics."""
    return ExtraMetrics(running_and_recomputed(trained))


WITH_POPULATION_STATISTICS = PostTrainingHook("with_population_statistics", measure_population_statistics)
