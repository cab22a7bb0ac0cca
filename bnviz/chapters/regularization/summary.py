"""What a study of overfitting says: accuracies, gaps, and differences between arms, each with its spread."""

from __future__ import annotations

from dataclasses import dataclass

from bnviz.array_types import Floats
from bnviz.chapters.regularization.overfit import OverfitStudy


@dataclass(frozen=True, slots=True)
class Spread:
    """A quantity over the seeds: mean, standard deviation (n - 1; NaN for one seed), smallest, largest."""

    mean: float
    sd: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class ArmSummary:
    """How one arm ended, over the seeds.

    Attributes:
        arm: its name.
        train: training accuracy in %.
        test: test accuracy in %.
        gap: training minus test accuracy, in points.
        loss: test loss in nats.
        gain: test accuracy minus that of the reference arm, seed by seed, in points.
        gap_change: gap minus that of the reference arm, seed by seed, in points.
        better: seeds in which the test accuracy is higher than the reference arm's.
        seeds: number of seeds.
    """

    arm: str
    train: Spread
    test: Spread
    gap: Spread
    loss: Spread
    gain: Spread
    gap_change: Spread
    better: int
    seeds: int

    @property
    def verdict(self) -> str:
        """Return "higher", "lower" or "unclear": whether every seed's gain has the same sign."""
        if self.gain.low > 0:
            return "higher"
        return "lower" if self.gain.high < 0 else "unclear"


def spread(values: Floats) -> Spread:
    """Summarize one value per seed."""
    sd = float(values.std(ddof=1)) if len(values) > 1 else float("nan")
    return Spread(float(values.mean()), sd, float(values.min()), float(values.max()))


def summarize(study: OverfitStudy, reference: str = "none") -> tuple[ArmSummary, ...]:
    """Summarize the last evaluation of every arm against a reference arm (the first if that is not there)."""
    train = 100 * study.metric("train_accuracy")[..., -1]
    test = 100 * study.metric("test_accuracy")[..., -1]
    loss = study.metric("test_loss")[..., -1]
    base = study.arms.index(reference) if reference in study.arms else 0
    gap = train - test
    return tuple(
        ArmSummary(
            arm,
            spread(train[k]),
            spread(test[k]),
            spread(gap[k]),
            spread(loss[k]),
            spread(test[k] - test[base]),
            spread(gap[k] - gap[base]),
            int((test[k] > test[base]).sum()),
            len(study.seeds),
        )
        for k, arm in enumerate(study.arms)
    )
