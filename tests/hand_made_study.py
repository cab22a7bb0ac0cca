"""A study whose every number is known: two arms that train, one that diverges, three seeds."""

from __future__ import annotations

from bnviz.config import RunConfig
from bnviz.studies.records import Arm, Expectation, Published, StudyResult, UnitResult

STEPS = (0, 10, 20)
BASE = RunConfig(net="vgg11", dataset="cifar10", activation="relu", batch_size=32)
FINAL = {"none": (0.40, 0.44, 0.48), "batch": (0.60, 0.62, 0.64), "group": (None, 0.5, 0.6)}


def unit(arm: str, seed: int, final: float | None, extras: dict[str, float] | None = None) -> UnitResult:
    """A unit whose accuracy rises evenly from 0.1 to ``final``; None diverges after step 10."""
    middle = 0.3 if final is None else (0.1 + final) / 2
    return UnitResult(
        arm=arm,
        seed=seed,
        key=f"{arm}{seed}",
        steps=STEPS,
        train_loss=(2.3, 1.5, None if final is None else 1.0),
        test_loss=(2.3, 1.6, None if final is None else 1.2),
        test_accuracy=(0.1, middle, final),
        final_train_accuracy=None if final is None else final + 0.1,
        final_test_accuracy=final,
        best_test_accuracy=max(middle, final or 0),
        steps_to_threshold=20 if (final or 0) >= 0.5 else None,
        diverged=15 if final is None else None,
        seconds=1.0,
        step_ms={"none": 10.0, "batch": 12.0, "group": 15.0}[arm.split("-")[0]] + seed,
        extras=extras or {},
    )


def hand_made_study(name: str = "relatives") -> StudyResult:
    """Three arms by their norm."""
    return StudyResult(
        name=name,
        base=BASE,
        arms=tuple(Arm(norm, (("norm", norm),)) for norm in FINAL),
        seeds=(0, 1, 2),
        steps=20,
        threshold=0.5,
        chance=0.1,
        units=tuple(unit(arm, seed, final) for arm, finals in FINAL.items() for seed, final in enumerate(finals)),
        expected=(Expectation("batch", "none"), Expectation("none", "batch", "steps_to_threshold")),
        published=(Published("batch", "best_accuracy", 92.17, "%", "somebody 2015"),),
        provenance={
            "date": "2026-01-02",
            "dataset": "CIFAR-10",
            "n_train": 50_000,
            "n_test": 2000,
            "versions": {"torch": "2.0"},
            "command": "python -m bnviz experiment run relatives",
        },
    )


def hand_made_sweep() -> StudyResult:
    """Two norms at three batch sizes, one seed; accuracy = 0.3 + 0.1 * place, 0.05 more for group."""
    norms, sizes = ("batch", "group"), (16, 2, 4)
    arms = tuple(
        Arm(f"{norm}-{size}", (("norm", norm), ("batch_size", size)), steps=20) for norm in norms for size in sizes
    )
    finals = {arm.name: 0.3 + 0.1 * (2, 4, 16).index(dict(arm.changes)["batch_size"]) for arm in arms}  # type: ignore[arg-type]
    units = tuple(
        unit(arm.name, 0, finals[arm.name] + 0.05 * arm.name.startswith("group"), {"some.share": 0.25}) for arm in arms
    )
    return StudyResult(
        name="batch-size",
        base=BASE,
        arms=arms,
        seeds=(0,),
        steps=20,
        threshold=0.5,
        chance=0.1,
        units=units,
        expected=(
            Expectation("batch-16", "batch-2"),
            Expectation("batch-2", "batch-2", "extra:some.share", "extra:other"),
        ),
        published=(Published("batch-2", "imagenet_error", 34.7, "%", "Wu & He 2018"),),
    )
