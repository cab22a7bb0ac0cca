"""The numbers that the paper prints about ImageNet, and what follows from them by arithmetic.

Every printed number is a ``PrintedValue`` with its source. What the paper leaves blank is blank here, and no
curve of its Figure 2 is guessed, because the paper prints none of its numbers.

Source: Ioffe & Szegedy 2015 (arXiv:1502.03167v3), section 4.2 and Figures 2 to 4.
"""

from __future__ import annotations

from dataclasses import dataclass

from bnviz.config import InputError

THRESHOLD = 72.2
"""Percent: the highest accuracy of Inception without BN, to which the steps of the other variants are counted."""


@dataclass(frozen=True, slots=True)
class PrintedValue:
    """One number of the paper.

    Attributes:
        value: the printed value, or None where the paper prints nothing.
        source: where the paper prints it: "figure3", "figure4" or the number of a section.
        unit: "steps", "percent", "rate", "count", "pixels" or "factor".
    """

    value: float | None
    source: str
    unit: str

    @property
    def known(self) -> float:
        """The value of a number that is printed; raises InputError where the paper leaves a blank."""
        if self.value is None:
            raise InputError(f"the paper leaves this number of {self.source} blank")
        return self.value


@dataclass(frozen=True, slots=True)
class Variant:
    """One row of Figure 3, with its learning rate.

    Attributes:
        key: the key of its words.
        name: the name as the paper prints it.
        steps: training steps until 72.2 % (Figure 3).
        accuracy: highest validation accuracy, single crop, in percent (Figure 3).
        lr: initial learning rate (section 4.2.2).
        best_steps: training steps until the highest accuracy, where the paper prints it.
    """

    key: str
    name: str
    steps: PrintedValue
    accuracy: PrintedValue
    lr: PrintedValue
    best_steps: PrintedValue


def _variant(
    key: str,
    name: str,
    steps: float | None,
    accuracy: float,
    lr: float,
    best: float | None = None,
    best_source: str = "4.2.2",
) -> Variant:
    return Variant(
        key,
        name,
        PrintedValue(steps, "figure3", "steps"),
        PrintedValue(accuracy, "figure3", "percent"),
        PrintedValue(lr, "4.2.2", "rate"),
        PrintedValue(best, best_source, "steps"),
    )


VARIANTS = (
    # Inception's steps are counted to its own maximum, so the same number gives the step of its maximum.
    _variant("plain", "Inception", 31.0e6, 72.2, 0.0015, 31.0e6, "figure3"),
    _variant("baseline", "BN-Baseline", 13.3e6, 72.7, 0.0015),
    _variant("x5", "BN-x5", 2.1e6, 73.0, 0.0075),
    _variant("x30", "BN-x30", 2.7e6, 74.8, 0.045, 6e6),
    _variant("sigmoid", "BN-x5-Sigmoid", None, 69.8, 0.0075),
)
"""The rows of Figure 3, in its order."""


def variant(key: str) -> Variant:
    """Return one row of Figure 3; raises InputError for an unknown key."""
    for row in VARIANTS:
        if row.key == key:
            return row
    raise InputError(f"unknown variant {key!r:.80}; known are {', '.join(row.key for row in VARIANTS)}")


@dataclass(frozen=True, slots=True)
class RelativeToInception:
    """One variant relative to Inception, computed from Figure 3.

    Attributes:
        fewer: Inception's steps until 72.2 % divided by the variant's, or None where the table has a blank.
        share: the variant's steps in percent of Inception's, or None.
        gain: highest accuracy minus Inception's, in points.
        rate: learning rate divided by Inception's.
    """

    fewer: float | None
    share: float | None
    gain: float
    rate: float


def against_inception(row: Variant) -> RelativeToInception:
    """Return a variant relative to Inception, computed from Figure 3.

    fewer = 31.0e6 / steps; share = 100 steps / 31.0e6; gain = accuracy - 72.2; rate = lr / 0.0015.
    """
    plain = VARIANTS[0]
    steps = row.steps.value
    return RelativeToInception(
        None if steps is None else plain.steps.known / steps,
        None if steps is None else 100 * steps / plain.steps.known,
        row.accuracy.known - plain.accuracy.known,
        row.lr.known / plain.lr.known,
    )


def error_of(accuracy: float) -> float:
    """Return the error in percent that goes with an accuracy in percent: 100 - accuracy."""
    return 100 - accuracy


@dataclass(frozen=True, slots=True)
class PrintedClaim:
    """A rounded number of the paper's text, and the same number computed from its tables.

    Attributes:
        key: the key of its words.
        printed: the number in the text.
        source: where the text says it.
        computed: the number from the tables, not rounded.
        formula: how it is computed, in LaTeX.
    """

    key: str
    printed: float
    source: str
    computed: float
    formula: str


def claims() -> tuple[PrintedClaim, ...]:
    """Return the numbers of the paper's text that can be checked by its own tables."""
    plain, x5, x30 = variant("plain"), variant("x5"), variant("x30")
    fast, slow = against_inception(x5), plain.steps.known
    return (
        PrintedClaim("fewer", 14, "4.2.2", slow / x5.steps.known, r"31.0 / 2.1"),
        PrintedClaim("share", 7, "1", fast.share or 0.0, r"100 \cdot 2.1 / 31.0"),
        PrintedClaim("best", 5, "4.2.2", slow / x30.best_steps.known, r"31.0 / 6"),
        PrintedClaim("error", 25.2, "figure4", error_of(x30.accuracy.known), r"100 - 74.8"),
    )


@dataclass(frozen=True, slots=True)
class PrintedPoints:
    """The points of one curve of Figure 2 that the paper prints; it prints nothing else of the curve.

    Attributes:
        name: name of the variant.
        reached: (step, percent) at which 72.2 % is reached, or None.
        level: highest accuracy in percent.
        best: (step, percent) of the highest accuracy, or None where its step is not printed.
    """

    name: str
    reached: tuple[float, float] | None
    level: float
    best: tuple[float, float] | None


def printed_points(row: Variant) -> PrintedPoints:
    """Return the points of a variant's curve that the paper prints."""
    level, steps, best = row.accuracy.known, row.steps.value, row.best_steps.value
    return PrintedPoints(
        row.name, None if steps is None else (steps, THRESHOLD), level, None if best is None else (best, level)
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One item of the list of section 4.2.1.

    Attributes:
        key: the key of its words.
        field: the field of RunConfig that makes this change.
        amount: the size that the paper prints: a factor or a percentage; or blank.
    """

    key: str
    field: str
    amount: PrintedValue


CHANGES = (
    Change("rate", "lr", PrintedValue(5, "4.2.2", "factor")),
    Change("dropout", "dropout", PrintedValue(40, "4.2.3", "percent")),
    Change("decay", "weight_decay", PrintedValue(5, "4.2.1", "factor")),
    Change("schedule", "lr_half_life", PrintedValue(6, "4.2.1", "factor")),
    Change("lrn", "lrn", PrintedValue(None, "4.2.1", "factor")),
    Change("shuffle", "shuffle", PrintedValue(1, "4.2.1", "percent")),
    Change("distortion", "distortion", PrintedValue(None, "4.2.1", "factor")),
)
"""The list of section 4.2.1, in the paper's order."""
