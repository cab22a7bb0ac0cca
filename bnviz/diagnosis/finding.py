"""Finding and Diagnosis: what was found in a model, as values that JSON can hold; words come from assets/text."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from msgspec import Meta

from bnviz.text.catalogue import catalogue, translate

Severity = Literal["note", "warning", "error"]
"""note: good to know. warning: likely to cost something. error: wrong numbers, or a measured loss of the metric."""

Code = Literal[
    "not-finite", "stale-statistics", "never-updated", "wrong-channels", "other-data", "called-apart",
    "training-in-eval", "eval-in-training", "no-statistics", "tracking-instance", "few-values", "constant-channel",
    "dead-channel", "momentum-convention", "epsilon-mismatch", "useless-bias", "decayed-gamma", "accumulated-batches",
    "missing-buffers", "dropout-before-bn", "overflow", "order-dependent",
]  # fmt: skip
CODES: tuple[Code, ...] = get_args(Code)
"""Every fault that ``diagnose`` can name, in the order of the documentation."""

Text = Annotated[str, Meta(max_length=2000)]
Evidence = Annotated[dict[str, float | int | Text], Meta(max_length=50)]


@dataclass(frozen=True, slots=True)
class Effect:
    """What the metric becomes when a cure is tried on a copy of the model.

    Attributes:
        metric: name of the metric, "accuracy" or "loss" or the name of the user's function.
        before: of the model as it is, in evaluation mode.
        after: with the cure.
        cure: which cure was tried, a key of ``[diagnosis.cures]``.
        higher_is_better: whether the metric grows with quality.
    """

    metric: Text
    before: float
    after: float
    cure: Text
    higher_is_better: bool = True

    @property
    def gain(self) -> float:
        """How much better the metric becomes; negative where the cure makes it worse."""
        return self.after - self.before if self.higher_is_better else self.before - self.after

    def places(self, language: str = "en") -> Mapping[str, str]:
        """Return what stands in the places of the sentence about the effect."""
        known = self.metric in ("accuracy", "loss", "distance")
        return {
            "metric": translate(f"diagnosis.metrics.{self.metric}", language) if known else self.metric,
            "before": written(self.before),
            "after": written(self.after),
            "cure": _known(f"diagnosis.cures.{self.cure}", self.cure, language),
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one layer, or of the whole model.

    Attributes:
        code: which fault, one of CODES.
        severity: how bad it is.
        layer: path of the layer in the model; "" for the whole model.
        channels: the channels concerned, the worst first; empty where the fault is of the layer.
        evidence: the numbers that show it, by the names that the texts of the code use.
        effect: the metric before and after the cure was tried on a copy; None where none can be tried.
    """

    code: Code
    severity: Severity
    layer: Text = ""
    channels: Annotated[tuple[int, ...], Meta(max_length=4096)] = ()
    evidence: Evidence = field(default_factory=dict)
    effect: Effect | None = None

    @property
    def title(self) -> str:
        """What is wrong, in one English sentence with its numbers."""
        return self.worded("title")

    @property
    def cure(self) -> str:
        """What to change, in English."""
        return self.worded("cure")

    @property
    def link(self) -> str:
        """Where the fault is explained: the heading of its page in docs/your-own-network.md."""
        return f"docs/your-own-network.md#{self.code}"

    def worded(self, part: str, language: str = "en") -> str:
        """Return a text of the finding: "name", "title", "why" or "cure", in a language.

        The title ends with what the metric becomes with the cure, where that was tried. Where the evidence says under
        "seen" what else was looked at, the text that fits is taken, such as ``[diagnosis.checkpoint.<code>]``.
        """
        words = catalogue(language)
        key = f"diagnosis.{self.evidence.get('seen', 'codes')}.{self.code}.{part}"
        text = words.get(key) or translate(f"diagnosis.codes.{self.code}.{part}", language)
        places = dict(self.places(language))
        if part == "title" and self.evidence.get("seen") == "several":
            text = translate("diagnosis.several", language)
            places["name"] = self.worded("name", language)
        text = text.format_map(_Places(places))
        if part != "title" or self.effect is None:
            return text
        return text + translate("diagnosis.effect", language, **self.effect_places(language))

    def effect_places(self, language: str = "en") -> dict[str, str]:
        """Return what stands in the places of the sentence about the effect; empty where no cure was tried."""
        told = dict(self.effect.places(language)) if self.effect else {}
        if self.effect and self.layer and self.effect.cure == "reestimated":
            told["cure"] = translate("diagnosis.cures.reestimated-there", language)
        return told

    def places(self, language: str = "en") -> Mapping[str, str]:
        """Return what stands in the places of the texts: the layer, the channels and the evidence, written out."""
        numbers = {name: written(value) for name, value in self.evidence.items() if name != "reason"}
        if "worst" in numbers:
            numbers["worst"] = _quoted(numbers["worst"])
        reason = self.evidence.get("reason")
        if isinstance(reason, str):
            numbers["reason"] = _known(f"diagnosis.reasons.{reason}", reason, language)
        few = ", ".join(map(str, self.channels[:8])) + (", ..." if len(self.channels) > 8 else "")
        key = "diagnosis.one_channel" if len(self.channels) == 1 else "diagnosis.few_channels"
        layer = (
            _quoted(self.layer) or str(self.evidence.get("layers", "")) or translate("diagnosis.whole_model", language)
        )
        return {
            "layer": layer,
            "channels": translate(key, language, numbers=few),
            "n_channels": str(len(self.channels)),
            **numbers,
        }


class _Places(dict[str, str]):
    """Values for the places of a text; a report from a stranger may lack some, which are then shown as "?"."""

    def __missing__(self, name: str) -> str:
        return "?"


def _quoted(name: str) -> str:
    """Return the name of a layer, in quotation marks where it could be read as a number, such as that of "1"."""
    return f'"{name}"' if name.replace(".", "").isdigit() else name


def _known(key: str, plain: str, language: str) -> str:
    return catalogue(language).get(key) or catalogue().get(key, plain)


def written(value: float | int | str) -> str:
    """Write a number with three significant digits, a share such as an accuracy without its zero: .658."""
    if not isinstance(value, float):
        return str(value)
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "-∞"
    text = f"{value:.3f}" if 0.001 <= abs(value) < 1 else f"{value:.3g}"
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text
