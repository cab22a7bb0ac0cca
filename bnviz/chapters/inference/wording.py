"""Sentences and numbers of the chapter on training and inference."""

from __future__ import annotations

from bnviz.chapters.inference.results import (
    BatchDependence,
    FoldedComparison,
    Recalibration,
    RunningMeanTrace,
    StatisticsStudy,
    VarianceEstimates,
)
from bnviz.files.provenance import command_of
from bnviz.norms.momentum import to_keras
from bnviz.text.numbers import SINGLE, difference, is_rounding, percent
from bnviz.ui.results import deviation
from bnviz.ui.text import t

EARLY = 30
"""The step that the study's note is about."""


def dependence_metrics(dependence: BatchDependence, size: int, draw: int) -> list[tuple[str, str]]:
    """Return labels and values: the true class in both modes, and its spread over all batch-mates."""
    place = dependence.sizes.index(size)
    train, evaluation = (dependence.of_label(mode)[place, draw] for mode in ("training", "evaluation"))
    return [
        (t("inference.jitter.train", label=dependence.label), f"{train:.3f}"),
        (t("inference.jitter.eval", label=dependence.label), f"{evaluation:.3f}"),
        (t("inference.jitter.train_spread"), difference(float(dependence.spread("training")[place]))),
        (t("inference.jitter.eval_spread"), _spread(float(dependence.spread("evaluation")[place]))),
    ]


def _spread(value: float) -> str:
    """Write the spread of a probability that should not depend on the batch; an exact 0 is said to be one."""
    return deviation(value, SINGLE) if value > 0 and is_rounding(value, SINGLE) else difference(value)


def distinct_answers(dependence: BatchDependence, size: int) -> str:
    """Say how many different classes were predicted for one image."""
    place = dependence.sizes.index(size)
    count, fixed = (dependence.answers(mode)[place] for mode in ("training", "evaluation"))
    return t("inference.jitter.answered", size=size, count=count, fixed=fixed)


def dependence_alts(dependence: BatchDependence, size: int, draw: int) -> tuple[str, str, str]:
    """Describe the image, its probabilities, and their spread over batch sizes."""
    train, evaluation, spread, fixed = (value for _, value in dependence_metrics(dependence, size, draw))
    label = dependence.label
    return (
        t("inference.jitter.alt_digit", label=label),
        t("inference.jitter.alt_answers", label=label, train=train, eval=evaluation),
        t("inference.jitter.alt_size", label=label, size=size, spread=spread, fixed=fixed),
    )


def same_momentum(momentum: float) -> str:
    """Say what PyTorch's momentum is in Keras."""
    return t("inference.chase.same", torch=f"{momentum:g}", keras=f"{to_keras(momentum):g}")


def trace_metrics(result: RunningMeanTrace, noise: tuple[float, float]) -> list[tuple[str, str]]:
    """Return labels and values: steps to settle and noise kept, by formula and measured."""
    return [
        (t("inference.chase.formula"), f"{result.formula_steps:.1f}"),
        (t("inference.chase.measured"), str(result.measured_steps)),
        (t("inference.chase.noise"), percent(noise[0])),
        (t("inference.chase.noise_measured"), percent(noise[1])),
    ]


def reached(result: RunningMeanTrace) -> str:
    """Say how much of its way a running mean has covered."""
    return t(
        "inference.chase.reached",
        steps=len(result.batch_mean),
        share=percent(result.reached),
        population=f"{result.population:.3f}",
    )


def trace_alt(result: RunningMeanTrace) -> str:
    """Describe the figure of the running mean."""
    return t(
        "inference.chase.alt", steps=len(result.batch_mean), torch=f"{result.momentum:g}", settled=result.measured_steps
    )


def study_note(result: StatisticsStudy, size: int, key: str = "note") -> str:
    """Say how a slow moving average and re-estimated statistics did early; at batch size 2, how it ended."""
    step = result.steps[-1] if size == 2 else EARLY
    mean = result.curves(size)[0, result.steps.index(step)]
    slow, precise = (percent(mean[result.kinds.index(kind)]) for kind in ("ema 0.01", "precise"))
    key = "stuck" if size == 2 and key == "note" else key
    return t(f"inference.study.{key}", size=size, step=step, slow=slow, precise=precise)


def provenance(result: StatisticsStudy) -> str:
    """Name the date and version of the recorded numbers, and the command that makes them."""
    kept = result.provenance
    return t(
        "inference.study.recorded",
        date=kept["date"],
        torch=kept["torch"].split("+")[0],
        script=command_of(kept["script"]),
    )


def recalibration(result: Recalibration, key: str = "gained") -> str:
    """Say how re-estimation changed the accuracy."""
    values = {"broken": percent(result.degraded), "repaired": percent(result.recalibrated)}
    return t(f"inference.repair.{key}", **values)


def folding_metrics(result: FoldedComparison) -> list[tuple[str, str]]:
    """Return labels and values of a folded net beside the net with norms."""
    return [
        (t("inference.fold.difference"), deviation(result.largest_difference, SINGLE, result.largest_logit)),
        (t("inference.fold.same", samples=f"{result.n_samples:,}"), percent(result.same_predictions)),
        (t("inference.fold.layers"), f"{result.modules} → {result.folded_modules}"),
        (t("inference.fold.parameters"), f"{result.parameters:,} → {result.folded_parameters:,}"),
    ]


def variance_metrics(result: VarianceEstimates) -> list[tuple[str, str]]:
    """Return labels and values of both variances and their ratio."""
    return [
        (t("inference.variance.biased"), f"{result.biased:.3f}"),
        (t("inference.variance.unbiased"), f"{result.unbiased:.3f}"),
        (t("inference.variance.factor"), f"{result.factor:.3f}"),
    ]


def variance_note(result: VarianceEstimates) -> str:
    """Say how far the biased variance is off."""
    return t("inference.variance.note", factor=f"{result.factor:.3f}")
