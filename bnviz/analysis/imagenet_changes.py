"""The list of section 4.2.1: what the paper changes to make use of BN, and the field that does it here.

Source: Ioffe & Szegedy 2015 (arXiv:1502.03167v3), sections 4.2.1 to 4.2.3.
"""

from __future__ import annotations

from dataclasses import dataclass

from bnviz.chapters.imagenet.published import Cell


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
    amount: Cell


CHANGES = (
    Change("rate", "lr", Cell(5, "4.2.2", "factor")),
    Change("dropout", "dropout", Cell(40, "4.2.3", "percent")),
    Change("decay", "weight_decay", Cell(5, "4.2.1", "factor")),
    Change("schedule", "lr_half_life", Cell(6, "4.2.1", "factor")),
    Change("lrn", "lrn", Cell(None, "4.2.1", "factor")),
    Change("shuffle", "shuffle", Cell(1, "4.2.1", "percent")),
    Change("distortion", "distortion", Cell(None, "4.2.1", "factor")),
)
"""In the paper's order."""
