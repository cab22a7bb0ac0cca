"""What the paper prints about ImageNet, number by number, and what follows from it by arithmetic.

Every printed number is a ``PrintedValue`` that says where it stands. What the paper leaves blank stays blank, and no
curve of its Figure 2 is guessed: the paper prints none of its numbers.

Source: Ioffe & Szegedy 2015 (arXiv:1502.03167v3), section 4.2 and Figures 2 to 4.
"""

from __future__ import annotations

from dataclasses import dataclass

from bnviz.config import InputError

THRESHOLD = 72.2
"""Percent: the most that Inception without BN reaches, and the mark that the others are timed at."""


@dataclass(frozen=True, slots=True)
class PrintedValue:
    """One number of the paper.

    Attributes:
        value: as printed, or None where the paper prints nothing.
        source: where it stands: "figure3", "figure4" or the number of a section.
        unit: "steps", "percent", "rate", "count", "pixels" or "factor".
    """

    value: float | None
    source: str
    unit: str

    @property
    def known(self) -> float:
        """The value; raises InputError where the paper leaves a blank."""
        if self.value is None:
            raise InputError(f"the paper leaves this number of {self.source} blank")
        return self.value


@dataclass(frozen=True, slots=True)
class Variant:
    """One row of Figure 3, with its learning rate.

    Attributes:
        key: of its words.
        name: as the paper prints it.
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
    # Inception is timed at its own maximum, so the same cell says when it got there.
    _variant("plain", "Inception", 31.0e6, 72.2, 0.0015, 31.0e6, "figure3"),
    _variant("baseline", "BN-Baseline", 13.3e6, 72.7, 0.0015),
    _variant("x5", "BN-x5", 2.1e6, 73.0, 0.0075),
    _variant("x30", "BN-x30", 2.7e6, 74.8, 0.045, 6e6),
    _variant("sigmoid", "BN-x5-Sigmoid", None, 69.8, 0.0075),
)
"""Figure 3, in its order."""


def variant(key: str) -> Variant:
    """Return one row of Figure 3; raises InputError for an unknown key."""
    for row in VARIANTS:
        if row.key == key:
            return row
    raise InputError(f"unknown variant {key!r}; known are {', '.join(row.key for row in VARIANTS)}")


@dataclass(frozen=True, slots=True)
class Against:
    """One variant against Inception, by arithmetic on Figure 3.

    Attributes:
        fewer: Inception's steps until 72.2 % over the variant's, or None where the table has a blank.
        share: the variant's steps in percent of Inception's, or None.
        gain: highest accuracy minus Inception's, in points.
        rate: learning rate over Inception's.
    """

    fewer: float | None
    share: float | None
    gain: float
    rate: float


def against_inception(row: Variant) -> Against:
    """Return what Figure 3 says of a variant relative to Inception.

    fewer = 31.0e6 / steps; share = 100 steps / 31.0e6; gain = accuracy - 72.2; rate = lr / 0.0015.
    """
    plain = VARIANTS[0]
    steps = row.steps.value
    return Against(
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
    """A rounded number of the paper's text beside the same number from its tables.

    Attributes:
        key: of its words.
        printed: as the text says it.
        source: where it says it.
        computed: from the tables, not rounded.
        formula: how, in LaTeX.
    """

    key: str
    printed: float
    source: str
    computed: float
    formula: str


def claims() -> tuple[PrintedClaim, ...]:
    """Return the numbers of the paper's text that its own tables allow to check."""
    plain, x5, x30 = variant("plain"), variant("x5"), variant("x30")
    fast, slow = against_inception(x5), plain.steps.known
    return (
        PrintedClaim("fewer", 14, "4.2.2", slow / x5.steps.known, r"31.0 / 2.1"),
        PrintedClaim("share", 7, "1", fast.share or 0.0, r"100 \cdot 2.1 / 31.0"),
        PrintedClaim("best", 5, "4.2.2", slow / x30.best_steps.known, r"31.0 / 6"),
        PrintedClaim("error", 25.2, "figure4", error_of(x30.accuracy.known), r"100 - 74.8"),
    )


@dataclass(frozen=True, slots=True)
class Fixed:
    """What the paper fixes of one curve of Figure 2; nothing else of it is printed.

    Attributes:
        name: of the variant.
        reached: (step, percent) where 72.2 % is reached, or None.
        level: highest accuracy in percent.
        best: (step, percent) of the highest accuracy, or None where its step is not printed.
    """

    name: str
    reached: tuple[float, float] | None
    level: float
    best: tuple[float, float] | None


def fixed(row: Variant) -> Fixed:
    """Return the points of a variant's curve that the paper prints."""
    level, steps, best = row.accuracy.known, row.steps.value, row.best_steps.value
    return Fixed(
        row.name, None if steps is None else (steps, THRESHOLD), level, None if best is None else (best, level)
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One item of the list.

    Attributes:
        key: of its words.
        field: of RunConfig that does the same here.
        amount: what the paper prints about its size: a rate, a factor, a share in percent; or blank.
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
"""In the paper's order."""
