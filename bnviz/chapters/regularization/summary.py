"""Summaries of a study of overfitting: accuracies, gaps, and differences between arms, over the seeds."""

from __future__ import annotations

from bnviz.array_types import Floats
from bnviz.chapters.regularization.results import OverfitStudy, OverfitSummary, SeedSpread


def spread(values: Floats) -> SeedSpread:
    """Summarize one value per seed."""
    sd = float(values.std(ddof=1)) if len(values) > 1 else float("nan")
    return SeedSpread(float(values.mean()), sd, float(values.min()), float(values.max()))


def summarize(study: OverfitStudy, reference: str = "none") -> tuple[OverfitSummary, ...]:
    """Summarize the last evaluation of every arm against a reference arm (the first one if there is none)."""
    train = 100 * study.metric("train_accuracy")[..., -1]
    test = 100 * study.metric("test_accuracy")[..., -1]
    loss = study.metric("test_loss")[..., -1]
    base = study.arms.index(reference) if reference in study.arms else 0
    gap = train - test
    return tuple(
        OverfitSummary(
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
