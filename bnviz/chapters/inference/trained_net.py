"""Training and inference on the bundled digits: one trained net in both modes, degraded and recalibrated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from bnviz.chapters.inference.batch_mates import batch_dependence, rank_by_confidence
from bnviz.chapters.inference.folding import compare_folded
from bnviz.chapters.inference.results import FoldedComparison, ImageInBatches, Recalibration, RunningMeanTrace
from bnviz.chapters.inference.running_stats import running_mean_trace
from bnviz.config import Experiment, RunConfig
from bnviz.data import Dataset, load_dataset
from bnviz.norms.calibration import after_train_mode_passes, with_recalibrated_stats
from bnviz.training.augment import brightened
from bnviz.training.evaluate import accuracy, accuracy_in_batches
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.twins import build_twins

STEPS = 300
SIZES = (1, 2, 4, 8, 16, 32, 64, 128)
N_DRAWS = 32
"""Sets of batch-mates."""

IMAGES = 12
"""Number of selectable test images, from the least to the most confident prediction."""

_ONLY_BN = ((("norm", "batch"),),)


@dataclass(frozen=True, slots=True, eq=False)
class TrainedNet:
    """A trained net and its data. It is shared between visitors, so it must not be changed.

    Attributes:
        net: in evaluation mode.
        dataset: what it was trained on.
        config: how it was trained.
        steps: updates made.
        images: rows of the test set, from the least to the most confident prediction.
    """

    net: nn.Sequential
    dataset: Dataset
    config: RunConfig
    steps: int
    images: tuple[int, ...]

    @property
    def train(self) -> Tensor:
        """Training samples, flat (N, D)."""
        return self.dataset.x_train.flatten(1)

    @property
    def test(self) -> Tensor:
        """Test samples, flat (M, D)."""
        return self.dataset.x_test.flatten(1)


def trained_net(n_steps: int = STEPS, momentum: float = 0.1, seed: int = 0) -> TrainedNet:
    """Train the BN arm of the lab's default scene; equal arguments give equal nets."""
    config = RunConfig(momentum=momentum, seed=seed, device="cpu")
    dataset, device = load_dataset(config.dataset), torch.device("cpu")
    twins = build_twins(Experiment(config, _ONLY_BN), dataset, device)
    updates = train_steps(twins, TrainingData.of(dataset, device))
    for _ in range(n_steps):
        next(updates)
    net = twins[0].net.eval()
    assert isinstance(net, nn.Sequential)  # an mlp is one
    return TrainedNet(net, dataset, config, n_steps, rank_by_confidence(net, dataset.x_test.flatten(1), IMAGES))


def vary_batch(trained: TrainedNet, image: int) -> ImageInBatches:
    """Put one of the net's images (0 = least confident) into batches of every size with 32 sets of batch-mates."""
    row = trained.images[image]
    label = int(trained.dataset.y_test[row])
    pixels = trained.dataset.x_test[row, 0].double().numpy()
    return ImageInBatches(pixels, batch_dependence(trained.net, trained.test, row, label, SIZES, N_DRAWS))


def distinct_outputs_batch_of_one(trained: TrainedNet) -> int:
    """Return the number of distinct probability vectors of the selectable images, each alone in training mode.

    It is 1: alone in its batch, every image is normalized to beta. Probabilities are rounded to 9 digits.
    """
    dependence = [batch_dependence(trained.net, trained.test, row, 0, (1,), 1).training[0, 0] for row in trained.images]
    return len(np.unique(np.round(np.array(dependence), 9), axis=0))


def trace_of_unit(trained: TrainedNet, batch_size: int, momentum: float, n_steps: int = 300) -> RunningMeanTrace:
    """Let a running mean follow the pre-activation of the first layer's unit whose mean is largest."""
    linear = trained.net[0]
    with torch.no_grad():
        values = linear(trained.train)
    unit = int(values.mean(0).abs().argmax())
    return running_mean_trace(values[:, unit], batch_size, momentum, n_steps)


def too_few_steps(trained: TrainedNet) -> Recalibration:
    """Evaluate a net that was stopped before its running statistics had settled, then recalibrate it."""
    return _repair(trained, trained.net, None, trained.test, with_recalibrated_stats(trained.net, trained.train))


def small_batches(trained: TrainedNet, batch_size: int = 2, n_batches: int = 50) -> Recalibration:
    """Leave a trained net in training mode for some tiny batches, then recalibrate it."""
    degraded = after_train_mode_passes(trained.net, trained.train, batch_size, n_batches)
    intact = accuracy(trained.net, trained.test, trained.dataset.y_test)
    return _repair(trained, degraded, intact, trained.test, with_recalibrated_stats(degraded, trained.train))


def shifted_data(trained: TrainedNet, shift: float) -> Recalibration:
    """Evaluate a trained net on brighter images, then recalibrate it on bright training images (AdaBN).

    For comparison the statistics are also measured on images of one digit alone: then they describe that
    digit, not the shift.
    """
    y_test = trained.dataset.y_test
    bright = brightened(trained.train, shift)
    ones = bright[trained.dataset.y_train == 1]
    test = brightened(trained.test, shift)
    return _repair(
        trained,
        trained.net,
        accuracy(trained.net, trained.test, y_test),
        test,
        with_recalibrated_stats(trained.net, bright),
        accuracy(with_recalibrated_stats(trained.net, ones, batch_size=100), test, y_test),
    )


def fold(trained: TrainedNet) -> FoldedComparison:
    """Fold every norm of the net into the linear layer before it and compare both on the test images."""
    return compare_folded(trained.net, trained.test)


def _repair(
    trained: TrainedNet,
    degraded: nn.Module,
    intact: float | None,
    x: Tensor,
    recalibrated: nn.Module,
    one_class: float | None = None,
) -> Recalibration:
    y = trained.dataset.y_test
    return Recalibration(
        intact,
        accuracy(degraded, x, y),
        accuracy_in_batches(degraded, x, y, 100),
        accuracy(recalibrated, x, y),
        one_class,
    )
