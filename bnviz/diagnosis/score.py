"""How good the outputs of a model are: the user's metric, or one that needs no question."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

Metric = Callable[[object, object], object]
"""``metric(output, target) -> float``: what the model returned for one batch and the batch's target."""


@dataclass(frozen=True, slots=True)
class Score:
    """A metric over some batches.

    Attributes:
        name: "accuracy", "loss", "distance", or the name of the user's function.
        values: the metric of each batch.
        sizes: samples of each batch.
        higher_is_better: whether the metric grows with quality.
    """

    name: str
    values: tuple[float, ...]
    sizes: tuple[int, ...]
    higher_is_better: bool = True

    @property
    def mean(self) -> float:
        """Average over the batches, weighted by their sizes; NaN where there is none."""
        total = sum(self.sizes)
        return sum(v * n for v, n in zip(self.values, self.sizes, strict=True)) / total if total else math.nan


GAIN_IN_ACCURACY = 0.02
GAIN_IN_DISTANCE = 0.05
GAIN_IN_OTHERS = 0.05
"""Gains below these are not called an effect: two points of accuracy, .05 in the distance of the two modes (in which 1
is as far apart as two samples are), 5 % of any other metric.

Measured on the healthy nets of tests/diagnosis over 5 seeds, whose largest gain by re-estimation was below both.
"""
STANDARD_ERRORS = 3.0
GAIN_OF_AN_ERROR = 5.0
"""A gain of this many smallest gains is an error rather than a warning: 10 points of accuracy."""


def gain_in_units(before: Score, after: Score) -> float:
    """Return how much better a score is, in units of the smallest gain that counts; 0 where it may be chance.

    The gain is taken batch by batch, so the standard error is that of paired differences. A score that becomes finite
    is infinitely better. A single batch has no such error: there only the gain of an error counts, except in accuracy,
    whose error follows from the number of samples.
    """
    if not math.isfinite(after.mean):
        return 0.0
    if not math.isfinite(before.mean):
        return math.inf
    sign = 1.0 if before.higher_is_better else -1.0
    gains = [sign * (b - a) for a, b in zip(before.values, after.values, strict=True)]
    gain = sign * (after.mean - before.mean)
    spread = float(torch.tensor(gains, dtype=torch.float64).std()) if len(gains) > 1 else 0.0
    if before.name == "accuracy":
        samples = sum(before.sizes)
        share = min(1 - 1 / samples, max(1 / samples, (before.mean + after.mean) / 2)) if samples > 1 else 0.5
        error = max(spread / math.sqrt(len(gains)), math.sqrt(max(0.0, share * (1 - share)) / samples) / 2)
        unit = GAIN_IN_ACCURACY
    else:
        size = 1.0 if before.name == "distance" else max(abs(before.mean), abs(after.mean), 1e-12)
        unit = (GAIN_IN_DISTANCE if before.name == "distance" else GAIN_IN_OTHERS) * size
        alone = GAIN_OF_AN_ERROR * unit / STANDARD_ERRORS
        error = spread / math.sqrt(len(gains)) if len(gains) > 1 else alone
    return gain / unit if gain > max(unit, STANDARD_ERRORS * error) else 0.0


class Scorer:
    """Scores outputs by one metric, which the first batch decides where the user gave none."""

    def __init__(self, metric: Metric | None) -> None:
        self._metric = metric
        self.name = getattr(metric, "__name__", "metric") if metric is not None else ""
        self.higher_is_better = bool(getattr(metric, "higher_is_better", True))
        self.failure = ""
        """Why the user's metric was given up, or ""."""

    def score(self, outputs: list[object], targets: list[object], sizes: list[int], beside: list[object]) -> Score:
        """Return the score of outputs; ``beside`` are those of training mode, for the distance without a target."""
        if self._metric is not None and not self.failure:
            try:
                values = tuple(_number(self._metric(o, t)) for o, t in zip(outputs, targets, strict=True))
                return Score(self.name, values, tuple(sizes), self.higher_is_better)
            except Exception as error:
                self.failure = f"{type(error).__name__}: {error}".partition("\n")[0][:300]
                self.name = ""
        self.name = self.name if self.name in _BY_NAME else _choose(outputs, targets)
        self.higher_is_better = self.name == "accuracy"
        measure = _BY_NAME[self.name]
        rows = [
            row
            for row in zip(outputs, targets, beside, sizes, strict=True)
            if row[2] is not None or self.name != "distance"
        ]
        values = tuple(measure(output, target, other) for output, target, other, _ in rows)
        return Score(self.name, values, tuple(row[3] for row in rows), self.higher_is_better)


def logits_of(output: object) -> Tensor | None:
    """Return the first floating-point tensor of what a model returned: ``logits`` first, then in order."""
    if isinstance(output, Tensor):
        return output.detach() if output.is_floating_point() else None
    named = getattr(output, "logits", None)
    if isinstance(named, Tensor):
        return named.detach()
    if isinstance(output, Mapping):
        if isinstance(output.get("out"), Tensor):
            return logits_of(output["out"])
        output = [each for name, each in output.items() if name != "loss"]
    if isinstance(output, list | tuple):
        return next((found for each in output if (found := logits_of(each)) is not None), None)
    return None


def _choose(outputs: list[object], targets: list[object]) -> str:
    if all(_labels(o, t) is not None for o, t in zip(outputs, targets, strict=True)) and outputs:
        return "accuracy"
    if outputs and all(_loss(output) is not None for output in outputs):
        return "loss"
    return "distance"


def _labels(output: object, target: object) -> tuple[Tensor, Tensor] | None:
    """Return predicted and true labels where the output is (B, C, ...) and the target (B, ...) of integers."""
    logits = logits_of(output)
    if logits is None or not isinstance(target, Tensor) or target.is_floating_point() or logits.dim() < 2:
        return None
    if target.shape == logits.shape[:1] + logits.shape[2:] and logits.shape[1] > 1:
        return logits.argmax(1).cpu(), target.cpu()
    return None


def _accuracy(output: object, target: object, _: object) -> float:
    pair = _labels(output, target)
    if pair is None:
        return math.nan
    valid = pair[1] >= 0  # negative labels are ignored, as by cross_entropy with -100
    return float((pair[0] == pair[1])[valid].double().mean()) if bool(valid.any()) else math.nan


def _loss(output: object, _: object = None, __: object = None) -> float | None:
    loss = getattr(output, "loss", None)
    loss = output.get("loss") if loss is None and isinstance(output, Mapping) else loss
    return float(loss) if isinstance(loss, Tensor) and loss.numel() == 1 else None


def _loss_or_nan(output: object, _: object, __: object) -> float:
    found = _loss(output)
    return math.nan if found is None else found


def _distance(output: object, _: object, beside: object) -> float:
    """Return the distance of the outputs of both modes: 0 is equal, 1 as far apart as two samples are.

    ||e - t|| / sqrt(||e - mean(e)||^2 + ||t - mean(t)||^2), over the batch; symmetric in the two modes.
    """
    evaluated, trained = logits_of(output), logits_of(beside)
    if evaluated is None or trained is None or evaluated.shape != trained.shape:
        return math.nan
    e, t = evaluated.cpu().double(), trained.cpu().double()
    spread = float((e - e.mean(0)).pow(2).sum() + (t - t.mean(0)).pow(2).sum())
    return math.sqrt(float((e - t).pow(2).sum()) / max(spread, 1e-24))


def _number(value: object) -> float:
    return float(value.detach()) if isinstance(value, Tensor) else float(value)  # type: ignore[arg-type]


_BY_NAME: dict[str, Callable[[object, object, object], float]] = {
    "accuracy": _accuracy,
    "loss": _loss_or_nan,
    "distance": _distance,
}
