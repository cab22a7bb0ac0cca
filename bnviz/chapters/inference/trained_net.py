"""Training and inference on the bundled digits: one trained net, asked in both modes, broken and repaired."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from bnviz.chapters.inference.batch_mates import batch_jitter, by_doubt
from bnviz.chapters.inference.folding import Folding, compare_folded
from bnviz.chapters.inference.results import Chase, Jitter, Repair
from bnviz.chapters.inference.running_stats import chase
from bnviz.config import Experiment, RunConfig
from bnviz.data import Dataset, load_dataset
from bnviz.norms.calibration import accuracy, accuracy_in_batches, brighter, calibrated, left_in_training
from bnviz.training.loop import TrainingData, train_steps
from bnviz.training.twins import build_twins

STEPS = 300
SIZES = (1, 2, 4, 8, 16, 32, 64, 128)
DRAWS = 32
IMAGES = 12
"""Test images that may be asked, from the one the net doubts most to the one it doubts least."""

_ONLY_BN = ((("norm", "batch"),),)


@dataclass(frozen=True, slots=True, eq=False)
class TrainedNet:
    """A trained net and its data; shared, so nobody may write to it.

    Attributes:
        net: in evaluation mode.
        dataset: what it learned.
        config: how.
        steps: updates made.
        images: test rows, from the one it doubts most to the one it doubts least.
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


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """One image and what the net answered for it in many batches."""

    pixels: npt.NDArray[np.float64]
    jitter: Jitter


def trained_net(steps: int = STEPS, momentum: float = 0.1, seed: int = 0) -> TrainedNet:
    """Train the BN arm of the lab's default scene; equal arguments give equal nets."""
    config = RunConfig(momentum=momentum, seed=seed, device="cpu")
    dataset, device = load_dataset(config.dataset), torch.device("cpu")
    twins = build_twins(Experiment(config, _ONLY_BN), dataset, device)
    updates = train_steps(twins, TrainingData.of(dataset, device))
    for _ in range(steps):
        next(updates)
    net = twins[0].net.eval()
    assert isinstance(net, nn.Sequential)  # an mlp is one
    return TrainedNet(net, dataset, config, steps, by_doubt(net, dataset.x_test.flatten(1), IMAGES))


def ask(trained: TrainedNet, image: int) -> Asked:
    """Put one of the net's images (0 = most doubted) into batches of every size among 32 sets of mates."""
    row = trained.images[image]
    label = int(trained.dataset.y_test[row])
    pixels = trained.dataset.x_test[row, 0].double().numpy()
    return Asked(pixels, batch_jitter(trained.net, trained.test, row, label, SIZES, DRAWS))


def answers_alone(trained: TrainedNet) -> int:
    """Return how many different classes the net answers for all test images, each alone in training mode."""
    jitter = [batch_jitter(trained.net, trained.test, row, 0, (1,), 1).training[0, 0] for row in trained.images]
    return len(np.unique(np.round(np.array(jitter), 9), axis=0))


def chase_unit(trained: TrainedNet, batch_size: int, momentum: float, steps: int = 300) -> Chase:
    """Let a running mean follow the pre-activation of the first layer's unit whose mean is largest."""
    linear = trained.net[0]
    with torch.no_grad():
        values = linear(trained.train)
    unit = int(values.mean(0).abs().argmax())
    return chase(values[:, unit], batch_size, momentum, steps)


def too_few_steps(trained: TrainedNet) -> Repair:
    """Evaluate a net that was stopped before its running statistics arrived, then measure them again."""
    return _repair(trained, trained.net, None, trained.test, calibrated(trained.net, trained.train))


def small_batches(trained: TrainedNet, batch_size: int = 2, passes: int = 50) -> Repair:
    """Leave a trained net in training mode for some tiny batches, then measure its statistics again."""
    broken = left_in_training(trained.net, trained.train, batch_size, passes)
    whole = accuracy(trained.net, trained.test, trained.dataset.y_test)
    return _repair(trained, broken, whole, trained.test, calibrated(broken, trained.train))


def shifted_data(trained: TrainedNet, shift: float) -> Repair:
    """Show a trained net brighter images; re-estimate on bright training images, unlabeled (AdaBN).

    For comparison the statistics are also measured on images of one digit alone: then they describe that
    digit rather than the shift.
    """
    y_test = trained.dataset.y_test
    bright = brighter(trained.train, shift)
    ones = bright[trained.dataset.y_train == 1]
    test = brighter(trained.test, shift)
    return _repair(
        trained,
        trained.net,
        accuracy(trained.net, trained.test, y_test),
        test,
        calibrated(trained.net, bright),
        accuracy(calibrated(trained.net, ones, batch_size=100), test, y_test),
    )


def fold(trained: TrainedNet) -> Folding:
    """Fold every norm of the net into the linear layer before it and compare both on the test images."""
    return compare_folded(trained.net, trained.test)


def _repair(
    trained: TrainedNet,
    broken: nn.Module,
    whole: float | None,
    x: Tensor,
    repaired: nn.Module,
    one_class: float | None = None,
) -> Repair:
    y = trained.dataset.y_test
    return Repair(
        whole, accuracy(broken, x, y), accuracy_in_batches(broken, x, y, 100), accuracy(repaired, x, y), one_class
    )
