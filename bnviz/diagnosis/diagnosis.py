"""Diagnosis: all findings about a model, as one value that prints itself, shows itself and can be saved."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, to_builtins

from bnviz.config import InputError
from bnviz.diagnosis.finding import Finding, Text, written
from bnviz.files.typed_json import convert
from bnviz.files.write import atomic
from bnviz.text.catalogue import translate

QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Which quantiles over the channels a LayerHealth holds."""

Few = Annotated[tuple[float, ...], Meta(max_length=16)]
FORMAT = "bnviz-diagnosis-1"
"""The mark of the file format."""


@dataclass(frozen=True, slots=True)
class LayerHealth:
    """One normalization layer in the strip of all layers.

    Attributes:
        name: its path in the model.
        kind: batch, frozen, instance, layer, rms or group.
        channels: number of channels.
        uses_batch: whether it normalizes with its batch in evaluation.
        n_not_finite: channels with NaN or infinity in running statistics or parameters.
        z: quantiles over the channels of (mean of the data - running mean) / sqrt(running variance + eps); or empty.
        ratio: quantiles of (variance of the data + eps) / (running variance + eps); or empty.
        worst: the channels whose statistics fit worst, the worst first.
        calls: how often it ran per batch.
    """

    name: Text
    kind: Text
    channels: int
    uses_batch: bool
    n_not_finite: int
    z: Few = ()
    ratio: Few = ()
    worst: Annotated[tuple[int, ...], Meta(max_length=64)] = ()
    calls: float = 0.0


@dataclass(frozen=True, slots=True)
class NotChecked:
    """What could not be looked at, and why."""

    what: Text
    reason: Text


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What ``bnviz.diagnose`` found.

    Attributes:
        model: name of the model's class.
        date: the day in UTC.
        versions: of torch and Python.
        metric: name of the metric: "accuracy", "loss", "distance" of the two modes, or the user's.
        higher_is_better: whether the metric grows with quality.
        evaluation: the metric in evaluation mode; NaN where it could not be measured.
        training: the metric in training mode, over the same batches.
        reestimated: the metric in evaluation mode with all statistics measured again on a copy.
        batches: number of batches that were run.
        layers: every normalization layer, in the order of execution.
        findings: what is wrong, the most costly first.
        not_checked: what could not be looked at.
    """

    model: Text
    date: Text
    versions: Annotated[dict[str, Text], Meta(max_length=20)]
    metric: Text = "distance"
    higher_is_better: bool = True
    evaluation: float = math.nan
    training: float = math.nan
    reestimated: float = math.nan
    batches: int = 0
    layers: Annotated[tuple[LayerHealth, ...], Meta(max_length=10_000)] = ()
    findings: Annotated[tuple[Finding, ...], Meta(max_length=10_000)] = ()
    not_checked: Annotated[tuple[NotChecked, ...], Meta(max_length=1000)] = ()
    format: Text = field(default=FORMAT, repr=False)

    @property
    def serious(self) -> tuple[Finding, ...]:
        """The findings above "note"."""
        return tuple(finding for finding in self.findings if finding.severity != "note")

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; a number that is not finite becomes its name, as JSON has none."""
        plain = _named_numbers(to_builtins(self))
        assert isinstance(plain, dict)
        return plain

    @classmethod
    def from_dict(cls, plain: object) -> Diagnosis:
        """Return the diagnosis of plain values.

        Raises:
            InputError: the values are not those of a diagnosis; the sentence names the part.
        """
        _check_depth(plain)
        found = convert(_real_numbers(plain), cls, "diagnosis", "a bnviz diagnosis")
        if found.format != FORMAT:
            raise InputError(f"diagnosis: found format {found.format!r:.80}, expected {FORMAT!r:.80}")
        return found

    def worded(self, language: str = "en") -> str:
        """Return the report in words: the metric, the findings with their cures, what was not checked."""
        lines = [self.headline(language), ""]
        told: set[str] = set()  # a cure that several findings share is told once
        for finding in self.findings:
            mark = translate(f"diagnosis.severity.{finding.severity}", language)
            lines.append(f"[{mark}] {finding.worded('title', language)}")
            if (cure := finding.worded("cure", language)) not in told:
                lines.append(f"    {cure}")
            told.add(cure)
        if not self.findings:
            lines.append(self.nothing(language))
        if self.not_checked:
            lines += ["", translate("diagnosis.not_checked", language)]
            lines += [f"  {each.what}: {each.reason}" for each in self.not_checked]
        return "\n".join(lines)

    def headline(self, language: str = "en") -> str:
        """Return the model, its layers and the metric in both modes, in one sentence."""
        measured = [not math.isnan(each) for each in (self.evaluation, self.training, self.reestimated)]
        modes_only = measured == [True, True, False]
        key = "headline_modes" if modes_only else "headline" if any(measured) else "headline_batches"
        return translate(
            f"diagnosis.{key}",
            language,
            model=self.model,
            n=len(self.layers),
            batches=self.batches,
            metric=translate(f"diagnosis.metrics.{self.metric}", language)
            if self.metric in ("accuracy", "loss", "distance")
            else self.metric,
            evaluation=written(self.evaluation),
            training=written(self.training),
            reestimated=written(self.reestimated),
        )

    def nothing(self, language: str = "en") -> str:
        """Return what it means that there is no finding: nothing is wrong, or nothing could be measured."""
        reasons = {each.what: each.reason for each in self.not_checked}
        if "evaluation mode" in reasons:
            return translate("diagnosis.not_run", language, reason=reasons["evaluation mode"])
        if math.isnan(self.evaluation) and (reason := reasons.get("inputs") or reasons.get("metric")):
            return translate("diagnosis.not_scored", language, reason=reason, n=len(self.layers))
        if not self.layers and (reason := reasons.get("scripted modules")):
            return translate("diagnosis.not_seen", language, reason=reason)
        return translate("diagnosis.none", language, n=len(self.layers))

    def save(self, path: str | Path, language: str = "en") -> Path:
        """Write the report as .html or .json, by the ending of the path; the page is in a language.

        Raises:
            InputError: another ending.
        """
        target = Path(path)
        if target.suffix == ".json":
            content = json.dumps(self.to_dict(), indent=1, allow_nan=False) + "\n"
        elif target.suffix == ".html":
            content = _html("html_report", self, language)
        else:
            raise InputError(f"path: found {target.name!r:.80}, expected a name that ends with .html or .json")
        with atomic(target) as part:
            part.write_text(content, encoding="utf-8")
        return target

    def __str__(self) -> str:
        return self.worded()

    def _repr_html_(self) -> str:
        return _html("html_fragment", self, "en")


def _html(what: str, diagnosis: Diagnosis, language: str) -> str:
    """Return the report in HTML; what writes it reads Diagnosis, so it is imported when it is used."""
    return str(getattr(import_module("bnviz.diagnosis.html_report"), what)(diagnosis, language))


_NAMES = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_DEEPEST = 8


def _named_numbers(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {name: _named_numbers(each) for name, each in value.items()}
    return [_named_numbers(each) for each in value] if isinstance(value, list | tuple) else value


def _real_numbers(value: object) -> object:
    if isinstance(value, str):
        return _NAMES.get(value, value)
    if isinstance(value, dict):
        return {name: _real_numbers(each) for name, each in value.items()}
    return [_real_numbers(each) for each in value] if isinstance(value, list | tuple) else value


def _check_depth(value: object, depth: int = 0) -> None:
    if depth > _DEEPEST:
        raise InputError("diagnosis: this is not a bnviz diagnosis: found values nested too deeply")
    if isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            _check_depth(each, depth + 1)
