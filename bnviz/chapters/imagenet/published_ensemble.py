"""The numbers of the paper's Figure 4 (ensembles on ImageNet), and what follows from them by arithmetic.

Source: Ioffe & Szegedy 2015 (arXiv:1502.03167v3), section 4.2.3 and Figure 4.
"""

from __future__ import annotations

from dataclasses import dataclass

from bnviz.chapters.imagenet.published import PrintedValue
from bnviz.config import InputError


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of Figure 4.

    Attributes:
        key: the key of its words.
        name: the name as the paper prints it.
        resolution: side of the input in pixels; None where ``variable``.
        crops: crops averaged per image.
        models: networks averaged.
        top1: validation error of the first guess, in percent.
        top5: validation error of the best five guesses, in percent.
        variable: whether the paper prints "variable" for the resolution.
        ours: whether it is a network of the paper, with BN.
        starred: whether the paper marks top5 with a *.
    """

    key: str
    name: str
    resolution: PrintedValue
    crops: PrintedValue
    models: PrintedValue
    top1: PrintedValue
    top5: PrintedValue
    variable: bool
    ours: bool
    starred: bool


def _entry(
    key: str, name: str, numbers: tuple[float | None, ...], *, ours: bool = False, starred: bool = False
) -> Entry:
    units = ("pixels", "count", "count", "percent", "percent")
    resolution, crops, models, top1, top5 = (
        PrintedValue(value, "figure4", unit) for value, unit in zip(numbers, units, strict=True)
    )
    variable = key == "image_ensemble"
    return Entry(key, name, resolution, crops, models, top1, top5, variable, ours, starred)


ENTRIES = (
    _entry("googlenet", "GoogLeNet ensemble", (224, 144, 7, None, 6.67)),
    _entry("image_low", "Deep Image low-res", (256, None, 1, None, 7.96)),
    _entry("image_high", "Deep Image high-res", (512, None, 1, 24.88, 7.42)),
    _entry("image_ensemble", "Deep Image ensemble", (None, None, None, None, 5.98)),
    _entry("single", "BN-Inception single crop", (224, 1, 1, 25.2, 7.82), ours=True),
    _entry("crops", "BN-Inception multicrop", (224, 144, 1, 21.99, 5.82), ours=True),
    _entry("ensemble", "BN-Inception ensemble", (224, 144, 6, 20.1, 4.9), ours=True, starred=True),
)
"""The rows of Figure 4, in its order."""

TEST_TOP5 = PrintedValue(4.82, "figure4", "percent")
"""The * of Figure 4: top-5 error of the ensemble on the 100,000 test images, by the test server."""

HE_TOP5 = PrintedValue(4.94, "4.2.3", "percent")
"""Top-5 error of He et al. 2015, as the paper cites it."""


@dataclass(frozen=True, slots=True)
class CitedValue:
    """A number that is quoted from a work without having been checked there.

    Attributes:
        value: the number, in percent.
        of: the work that it is attributed to.
    """

    value: float
    of: str


HUMAN_TOP5 = CitedValue(5.1, "Russakovsky et al. 2014")
"""The human top-5 error that is usually quoted; the paper cites the work and prints no value."""


def entry(key: str) -> Entry:
    """Return one row of Figure 4; raises InputError for an unknown key."""
    for row in ENTRIES:
        if row.key == key:
            return row
    raise InputError(f"unknown entry {key!r:.80}; known are {', '.join(row.key for row in ENTRIES)}")


@dataclass(frozen=True, slots=True)
class Gains:
    """How much crops and networks reduce the top-5 error, in percentage points.

    Attributes:
        crops: reduction by 144 crops instead of one, with one network.
        models: reduction by six networks instead of one, with 144 crops each.
    """

    crops: float
    models: float


def gains() -> Gains:
    """Return the reductions by crops and by networks: 7.82 - 5.82 and 5.82 - 4.9."""
    single, crops, ensemble = (entry(key).top5.known for key in ("single", "crops", "ensemble"))
    return Gains(single - crops, crops - ensemble)
