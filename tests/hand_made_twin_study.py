"""A small study with known numbers, for tests."""

from bnviz.config import RunConfig
from bnviz.studies.records import Arm, Expectation, StudyResult, UnitResult


def unit(arm: str, seed: int, accuracy: float) -> UnitResult:
    shares = (0.1, accuracy)
    return UnitResult(
        arm,
        seed,
        "0" * 8,
        (0, 100),
        (2.3, 1.0),
        (2.3, 1.1),
        shares,
        accuracy + 0.05,
        accuracy,
        accuracy,
        100 if accuracy >= 0.5 else None,
        None,
        1.0,
        2.0,
    )


def twin_study() -> StudyResult:
    """Two nets at two rates from two seeds: without BN the lower rate is better, with BN the higher."""
    arms = tuple(
        Arm(f"{name}-lr{lr:g}", (("norm", norm), ("lr", lr)))
        for name, norm in (("plain", "none"), ("batch", "batch"))
        for lr in (0.05, 0.1)
    )
    finals = dict(zip(arms, (0.5, 0.3, 0.55, 0.6), strict=True))
    return StudyResult(
        name="vgg11-cifar10",
        base=RunConfig(net="vgg11", width=8, activation="relu", batch_size=64),
        arms=arms,
        seeds=(0, 1),
        steps=100,
        threshold=0.5,
        chance=0.1,
        units=tuple(unit(arm.name, seed, finals[arm] + seed / 100) for arm in arms for seed in (0, 1)),
        expected=(
            Expectation("batch-lr0.05", "plain-lr0.05", "accuracy"),
            Expectation("batch-*", "plain-*", "accuracy"),
        ),
        provenance={"date": "2026-01-02", "dataset": "a sample", "n_train": 12000, "n_test": 2000},
    )
