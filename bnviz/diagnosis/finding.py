"""Finding and Diagnosis: what was found in a model, as values that JSON can hold; words come from assets/text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from msgspec import Meta

from bnviz.text.catalogue import translate

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
        """Return a text of the finding: "name", "title", "why" or "cure", in a language."""
        return translate(f"diagnosis.codes.{self.code}.{part}", language, **self.places())

    def places(self) -> Mapping[str, str]:
        """Return what stands in the places of the texts: the layer, the channels and the evidence, written out."""
        written = {
            name: f"{value:.3g}" if isinstance(value, float) else str(value) for name, value in self.evidence.items()
        }
        return {"layer": self.layer, "channels": ", ".join(map(str, self.channels[:8])), **written}
