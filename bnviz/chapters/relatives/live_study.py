"""A small comparison of normalizers that a reader can wait for: a perceptron on the bundled digits."""

from __future__ import annotations

from collections.abc import Sequence

from bnviz.config import NORMS, InputError, RunConfig
from bnviz.config.fields import MAP_NORMS
from bnviz.data import load_dataset
from bnviz.files.provenance import provenance
from bnviz.progress import ProgressCallback, no_progress
from bnviz.studies.records import Arm, StudyResult, UnitResult
from bnviz.studies.samples import fingerprint
from bnviz.studies.study import Study
from bnviz.studies.study_runner import run_unit

CHOICES = tuple(norm for norm in NORMS if norm not in MAP_NORMS)
"""Normalizers that a fully connected network can have."""

MAX_NORMS, STEPS, SEEDS = 6, 200, (0,)
BASE = RunConfig(dataset="mnist", depth=6, width=64, activation="sigmoid", lr=0.5, batch_size=64, device="cpu")


def small_study(norms: Sequence[str]) -> Study:
    """Return the study of a few normalizers.

    Raises:
        InputError: no normalizer, an unknown one, the same one twice, or more than six.
    """
    if not 1 <= len(set(norms)) == len(norms) <= MAX_NORMS or not set(norms) <= set(CHOICES):
        raise InputError(f"choose 1 to {MAX_NORMS} of {', '.join(CHOICES)}, got {', '.join(norms) or 'none'}")
    arms = tuple(Arm(norm, (("norm", norm),)) for norm in norms)
    return Study(name="relatives-small", base=BASE, arms=arms, steps=STEPS, threshold=0.8, evaluations=10)


def run_live(norms: Sequence[str], on_progress: ProgressCallback = no_progress) -> StudyResult:
    """Train a few normalizers from one seed, 200 steps each (about one second per arm).

    Args:
        norms: some of ``CHOICES``.
        on_progress: called with (steps done, steps in all).
    """
    study, data = small_study(norms), load_dataset(BASE.dataset)
    found: list[UnitResult] = []
    for unit in study.units(SEEDS, fingerprint(data)):

        def on_step(step: int, before: int = len(found) * STEPS) -> None:
            on_progress(before + step, STEPS * len(norms) * len(SEEDS))

        found.append(run_unit(unit, data, on_step=on_step).result)
    return StudyResult(
        name=study.name,
        base=study.base,
        arms=study.arms,
        seeds=SEEDS,
        steps=study.steps,
        threshold=study.threshold,
        chance=1 / data.n_classes,
        units=tuple(found),
        provenance=provenance(dataset="MNIST", n_train=len(data.y_train), n_test=len(data.y_test)),
    )
