"""Summaries of a study of overfitting: accuracies, gaps, and differences between arms, over the seeds."""

from __future__ import annotations

from bnviz.array_types import Floats
from bnviz.chapters.regularization.results import OverfitStudy, OverfitSummary, Said, SeedSpread
from bnviz.studies.rule import Statement, answer, interval

WORDS = {"yes": "higher", "no": "lower", "open": "open"}
MATCHED = {"bn_small": "none_small", "bn": "none", "bn_large": "none_large"}
"""Arms with BN, each with the arm without a regularizer that has the same batch size."""


def spread(values: Floats) -> SeedSpread:
    """Summarize one value per seed."""
    sd = float(values.std(ddof=1)) if len(values) > 1 else float("nan")
    return SeedSpread(float(values.mean()), sd, float(values.min()), float(values.max()))


def said(differences: Floats) -> Said:
    """Return what the one rule says of one difference per seed."""
    values, above = differences.tolist(), Statement("more", 0)
    found = interval(above, values)
    return Said(found.mean, found.low, found.high, WORDS[answer(above, values)])


def matched(study: OverfitStudy) -> dict[str, tuple[Said, Said]]:
    """Return test accuracy (points) and test loss of each arm with BN, minus those of the same batch size without.

    Arms whose partner was not run are left out.
    """
    test, loss = 100 * study.metric("test_accuracy")[..., -1], study.metric("test_loss")[..., -1]
    pairs = {arm: other for arm, other in MATCHED.items() if {arm, other} <= set(study.arms)}
    places = {arm: (study.arms.index(arm), study.arms.index(other)) for arm, other in pairs.items()}
    return {arm: (said(test[k] - test[base]), said(loss[k] - loss[base])) for arm, (k, base) in places.items()}


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
            said(test[k] - test[base]),
        )
        for k, arm in enumerate(study.arms)
    )
